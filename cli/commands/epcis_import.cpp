// `epcis import` and `epcis captured`: documents of other systems, kept as evidence.

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/epcis_home.hpp"
#include "cli/new_file.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "registry/exchange/document_lines.hpp"
#include "registry/exchange/export.hpp"
#include "registry/exchange/intake.hpp"
#include "registry/exchange/mapping.hpp"
#include "registry/exchange/own_events.hpp"
#include "registry/kind.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;
using exchange::CapturedEvent;
using exchange::ImportedEvent;
using exchange::TakenEvent;

struct EpcisImportOptions {
  std::string file;
  std::string folder;
  std::string org;
  std::string list;
  std::vector<std::string> settings;
  std::vector<std::string> kinds;
};

struct CapturedOptions {
  std::string file;
};

/// What a line of the report says of an event.
std::string_view status_of(const TakenEvent& event) {
  if (event.captured.status == CapturedEvent::Status::conflict) return "conflict";
  if (event.statement) return "signed";
  switch (event.mapped.status) {
    case ImportedEvent::Status::draft:
      return "draft";
    case ImportedEvent::Status::incomplete:
      return "incomplete";
    case ImportedEvent::Status::unmapped:
      return "unmapped";
    case ImportedEvent::Status::annulled:
      return "annulled";
  }
  return "";
}

/// What is to be told of an event, beginning with the pointer of the field; or nothing.
std::string message_of(const TakenEvent& event) {
  const bool conflict = event.captured.status == CapturedEvent::Status::conflict;
  if (!conflict && event.statement) return {};  // what it lacked was said when it was signed
  if (!conflict) return event.mapped.message;
  return event.mapped.source.pointer + "/eventID: names another event; SHA-256 of this one " +
         event.captured.content.to_hex() + ", of that one " + event.captured.other->to_hex();
}

/// The line of the document that each message is about; 0 where there is none.
std::vector<std::uint64_t> lines_of(const EpcisDocument& read, const exchange::Intake& intake) {
  std::vector<std::uint64_t> lines(intake.events.size());
  std::vector<std::string> pointers;
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < intake.events.size(); ++i) {
    const std::string message = message_of(intake.events[i]);
    if (message.empty()) continue;
    pointers.push_back(message.starts_with('/') ? message.substr(0, message.find(": ")) : "");
    which.push_back(i);
  }
  const auto found = exchange::document_lines(read.bytes, pointers);
  for (std::size_t i = 0; i < which.size(); ++i) lines[which[i]] = found[i];
  return lines;
}

Json event_json(const TakenEvent& event, std::uint64_t line) {
  const std::string message = message_of(event);
  return {
      {"pointer", event.mapped.source.pointer},
      {"event_id", event.mapped.source.event_id},
      {"hash", event.mapped.source.hash},
      {"status", status_of(event)},
      {"known", event.captured.status == CapturedEvent::Status::known},
      {"kind", event.mapped.kind.empty() ? Json(nullptr) : Json(event.mapped.kind)},
      {"statement", event.statement ? Json(event.statement->to_hex()) : Json(nullptr)},
      {"content_sha256", event.captured.content.to_hex()},
      {"other_sha256", event.captured.other ? Json(event.captured.other->to_hex()) : Json(nullptr)},
      {"line", line == 0 ? Json(nullptr) : Json(line)},
      {"message", message.empty() ? Json(nullptr) : Json(message)}};
}

/// Whether `name` is KIND.FIELD of a kind that has such a field: a slip would fill nothing.
Result<void> check_setting(const std::string& name) {
  const auto dot = name.rfind('.');
  const registry::Kind* kind = registry::find_kind(name.substr(0, dot));
  if (kind == nullptr) {
    return failure(Errc::invalid_input,
                   "--set: there is no kind of statement \"" + name.substr(0, dot) + "\"");
  }
  const std::string field = name.substr(dot + 1);
  if (std::ranges::find(kind->body, field, &registry::Field::name) != kind->body.end()) return {};
  return failure(Errc::invalid_input, "--set: " + std::string(kind->name) + " has no field \"" +
                                          field + "\" in its body");
}

Result<exchange::ImportOptions> import_options(const EpcisImportOptions& options) {
  exchange::ImportOptions how;
  if (!options.org.empty()) how.org = options.org;
  for (const std::string& kind : options.kinds) {
    if (!exchange::has_event(kind)) {
      return failure(Errc::invalid_input,
                     "--kind: got \"" + kind + "\", want a kind of statement with an event");
    }
    how.kinds.insert(kind);
  }
  for (const std::string& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || setting.find('.') > equals) {
      return failure(Errc::invalid_input, "--set: got \"" + setting + "\", want KIND.FIELD=VALUE");
    }
    MUSTER_TRY(check_setting(setting.substr(0, equals)));
    how.settings[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return how;
}

/// Borrows the state.
Result<exchange::Resolver> resolver_of(const registry::State& state, const std::string& list) {
  exchange::Resolver resolver(state.origin());
  resolver.learn(state);
  if (list.empty()) return resolver;
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(list));
  MUSTER_TRY(resolver.read_list(csv, list));
  return resolver;
}

/// The drafts and the report, in a new folder.
Result<void> write_results(const fs::path& folder, const exchange::Intake& intake,
                           const Json& events) {
  std::string drafts;
  for (const exchange::StatementDraft& draft : intake.drafts) {
    drafts += exchange::encode_draft(draft) + "\n";
  }
  std::string report;
  for (const Json& event : events) report += event.dump() + "\n";
  return create_folder(folder, [&](const fs::path& aside) -> Result<void> {
    MUSTER_TRY(create_file(aside / "drafts.ndjson", as_bytes(drafts)));
    return create_file(aside / "report.ndjson", as_bytes(report));
  });
}

void print_events(print::Printer& printer, const exchange::Intake& intake, const Json& events) {
  constexpr std::size_t most = 20;
  std::map<std::string_view, std::uint64_t> counts;
  std::size_t told = 0;
  for (const TakenEvent& event : intake.events) ++counts[status_of(event)];
  for (const Json& event : events) {
    if (event["message"].is_null() || ++told > most) continue;
    printer.note("line " + event["line"].dump() + ": " + event["message"].get<std::string>());
  }
  if (told > most) printer.note("and " + print::grouped(std::uint64_t{told - most}) + " more");
  print::Facts facts;
  for (const auto& [status, count] : counts) {
    facts.rows.emplace_back(std::string(status), print::grouped(count));
  }
  facts.rows.emplace_back("drafts to sign", print::grouped(std::uint64_t{intake.drafts.size()}));
  printer.facts(facts);
}

/// So that nothing is kept of an import whose drafts have no place.
Result<void> check_new_folder(const std::string& folder) {
  if (folder.empty()) return {};
  std::error_code problem;
  if (fs::exists(folder, problem)) {
    return failure(Errc::conflict, folder + ": exists; give a new folder");
  }
  const fs::path parent = (fs::absolute(folder, problem) / "").parent_path().parent_path();
  if (fs::is_directory(parent, problem) && ::access(parent.c_str(), W_OK | X_OK) == 0) return {};
  return failure(Errc::unavailable,
                 "--out: no folder can be made in " + parent.string() + "; nothing was kept");
}

Result<ExitCode> import_file(Context& context, const EpcisImportOptions& options) {
  MUSTER_TRY_ASSIGN(exchange::ImportOptions how, import_options(options));
  MUSTER_TRY(check_is_present(context));
  MUSTER_TRY(check_new_folder(options.folder));
  MUSTER_TRY_ASSIGN(const EpcisDocument read, read_epcis_file(options.file));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  if (how.org && home->state().tables().parties.find(*how.org) == registry::no_row) {
    return failure(Errc::not_found, "--as: party " + *how.org + ": not registered");
  }
  MUSTER_TRY_ASSIGN(const auto resolver, resolver_of(home->state(), options.list));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto store, open_captures(context, *home));
  exchange::OwnEvents own(home->registry());
  how.exported = [&](const Hash& statement, const std::string& event_hash) {
    return own.has(statement, event_hash);
  };
  const bool keep = !context.options().dry_run;
  MUSTER_TRY_ASSIGN(const exchange::Intake intake,
                    exchange::take_in(store, {read.bytes, read.syntax, clock->now()}, read.document,
                                      home->state(), resolver, how, keep));
  const auto lines = lines_of(read, intake);
  Json events = Json::array();
  bool conflict = false;
  for (std::size_t i = 0; i < intake.events.size(); ++i) {
    events.push_back(event_json(intake.events[i], lines[i]));
    conflict = conflict || intake.events[i].captured.status == CapturedEvent::Status::conflict;
  }
  if (keep && !options.folder.empty()) MUSTER_TRY(write_results(options.folder, intake, events));
  auto printer = context.printer();
  print_events(printer, intake, events);
  printer.json({{"file", options.file},
                {"folder", options.folder.empty() ? Json(nullptr) : Json(options.folder)},
                {"drafts", intake.drafts.size()},
                {"events", std::move(events)}});
  return conflict ? ExitCode::negative : ExitCode::done;
}

/// One valid document with every event that was captured, each with the context it came with.
Result<std::uint64_t> write_captured(std::ostream& out, exchange::CaptureStore& store,
                                     Timestamp created) {
  std::uint64_t count = 0;
  out << "{\"@context\":[\"" << exchange::epcis_context
      << "\"],\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\""
      << created.to_string() << "\",\"epcisBody\":{\"eventList\":[";
  MUSTER_TRY(store.each_event([&](const std::string& json) -> Result<void> {
    out << (count++ == 0 ? "\n" : ",\n") << json;
    return {};
  }));
  out << (count == 0 ? "]}}\n" : "\n]}}\n");
  if (!out) return failure(Errc::unavailable, "writing the document: failed");
  return count;
}

Result<ExitCode> show_captured(Context& context, const CapturedOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto store, open_captures(context, *home));
  if (options.file.empty()) {
    MUSTER_TRY(write_captured(context.out(), store, clock->now()));
    return ExitCode::done;
  }
  std::uint64_t count = 0;
  MUSTER_TRY(write_aside(context, options.file, [&](std::ostream& out) -> Result<void> {
    MUSTER_TRY_ASSIGN(count, write_captured(out, store, clock->now()));
    return {};
  }));
  auto printer = context.printer();
  printer.facts({"", {{"document", options.file}, {"events", print::grouped(count)}}});
  printer.json({{"file", options.file}, {"events", count}});
  return ExitCode::done;
}

}  // namespace

void add_epcis_import_commands(CLI::App& app, Context& context) {
  CLI::App& epcis = noun(app, "epcis", "EPCIS 2.0 documents: out of the register and into it");
  auto& importing = context.keep<EpcisImportOptions>();
  CLI::App& verb =
      add_verb(epcis, "import", "keep a document as evidence, draft statements from it", context,
               [&] { return import_file(context, importing); });
  verb.add_option("file", importing.file, "the document")->required();
  verb.add_option("--out", importing.folder, "a new folder for drafts.ndjson and report.ndjson");
  verb.add_option("--as", importing.org, "who signs what the event gives to nobody");
  verb.add_option("--list", importing.list, "CSV uri,space,id: what foreign URIs are called here");
  verb.add_option("--set", importing.settings, "KIND.FIELD=VALUE for what EPCIS does not say");
  verb.add_option("--kind", importing.kinds,
                  "of several kinds that an event may be, this one; again for more");
  auto& captured = context.keep<CapturedOptions>();
  add_verb(epcis, "captured", "every event that was imported, as one document", context, [&] {
    return show_captured(context, captured);
  }).add_option("--out", captured.file, "a new file; else print");
}

}  // namespace muster::cli
