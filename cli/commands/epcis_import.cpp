// `epcis import` and `epcis captured`: documents of other systems, kept as evidence.

#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/epcis_home.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "registry/exchange/export.hpp"
#include "registry/exchange/intake.hpp"
#include "registry/exchange/own_events.hpp"

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

Json event_json(const TakenEvent& event) {
  const bool conflict = event.captured.status == CapturedEvent::Status::conflict;
  std::string message = event.mapped.message;
  if (conflict) {
    message = event.mapped.source.pointer + "/eventID: names another event; SHA-256 of this one " +
              event.captured.content.to_hex() + ", of that one " + event.captured.other->to_hex();
  }
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
      {"message", message.empty() ? Json(nullptr) : Json(message)}};
}

Result<exchange::ImportOptions> import_options(const EpcisImportOptions& options) {
  exchange::ImportOptions import;
  if (!options.org.empty()) import.org = options.org;
  for (const std::string& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || setting.find('.') > equals) {
      return failure(Errc::invalid_input, "--set: got \"" + setting + "\", want KIND.FIELD=VALUE");
    }
    import.settings[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return import;
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
Result<void> write_results(const fs::path& folder, const exchange::Intake& intake) {
  std::string drafts;
  for (const exchange::StatementDraft& draft : intake.drafts) {
    drafts += exchange::encode_draft(draft) + "\n";
  }
  std::string report;
  for (const TakenEvent& event : intake.events) report += event_json(event).dump() + "\n";
  return create_folder(folder, [&](const fs::path& aside) -> Result<void> {
    MUSTER_TRY(create_file(aside / "drafts.ndjson", as_bytes(drafts)));
    return create_file(aside / "report.ndjson", as_bytes(report));
  });
}

void print_events(print::Printer& printer, const exchange::Intake& intake) {
  constexpr std::size_t most = 20;
  std::map<std::string_view, std::uint64_t> counts;
  std::size_t told = 0;
  for (const TakenEvent& event : intake.events) {
    ++counts[status_of(event)];
    const Json json = event_json(event);
    if (json["message"].is_null() || ++told > most) continue;
    printer.note(json["message"].get<std::string>());
  }
  if (told > most) printer.note("and " + print::grouped(std::uint64_t{told - most}) + " more");
  print::Facts facts;
  for (const auto& [status, count] : counts) {
    facts.rows.emplace_back(std::string(status), print::grouped(count));
  }
  facts.rows.emplace_back("drafts to sign", print::grouped(std::uint64_t{intake.drafts.size()}));
  printer.facts(facts);
}

Result<ExitCode> import_file(Context& context, const EpcisImportOptions& options) {
  MUSTER_TRY_ASSIGN(exchange::ImportOptions import, import_options(options));
  if (std::error_code problem; !options.folder.empty() && fs::exists(options.folder, problem)) {
    return failure(Errc::conflict, options.folder + ": exists; give a new folder");
  }
  MUSTER_TRY_ASSIGN(const EpcisDocument read, read_epcis_file(options.file));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto resolver, resolver_of(home->state(), options.list));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto store, open_captures(context, *home));
  exchange::OwnEvents own(home->registry());
  import.exported = [&](const Hash& statement, const std::string& event_hash) {
    return own.has(statement, event_hash);
};
const bool keep = !context.options().dry_run;
MUSTER_TRY_ASSIGN(const exchange::Intake intake,
                  exchange::take_in(store, {read.bytes, read.syntax, clock->now()}, read.document,
                                    home->state(), resolver, import, keep));
if (keep && !options.folder.empty()) MUSTER_TRY(write_results(options.folder, intake));
auto printer = context.printer();
print_events(printer, intake);
Json events = Json::array();
bool conflict = false;
for (const TakenEvent& event : intake.events) {
  events.push_back(event_json(event));
  conflict = conflict || event.captured.status == CapturedEvent::Status::conflict;
}
printer.json({{"file", options.file},
              {"folder", options.folder.empty() ? Json(nullptr) : Json(options.folder)},
              {"drafts", intake.drafts.size()},
              {"events", std::move(events)}});
return conflict ? ExitCode::negative : ExitCode::done;
}  // namespace

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

}  // namespace muster::cli

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
  auto& captured = context.keep<CapturedOptions>();
  add_verb(epcis, "captured", "every event that was imported, as one document", context, [&] {
    return show_captured(context, captured);
  }).add_option("--out", captured.file, "a new file; else print");
}

}  // namespace muster::cli
