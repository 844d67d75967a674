// `epcis import` and `epcis captured`: documents of other systems, kept as evidence.

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/epcis_intake.hpp"
#include "cli/new_file.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "registry/exchange/export.hpp"
#include "registry/exchange/intake.hpp"
#include "registry/exchange/mapping.hpp"
#include "registry/kind.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;
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
  for (const TakenEvent& event : intake.events) ++counts[epcis_status(event)];
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
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(auto store, open_captures(context, *home));
  const bool keep = !context.options().dry_run;
  const EpcisWish wish{
      .how = std::move(how), .list = options.list, .now = clock->now(), .keep = keep};
  MUSTER_TRY_ASSIGN(EpcisIntake taken, take_in_epcis(*home, store, read, wish));
  const exchange::Intake& intake = taken.intake;
  Json& events = taken.events;
  if (keep && !options.folder.empty()) MUSTER_TRY(write_results(options.folder, intake, events));
  auto printer = context.printer();
  print_events(printer, intake, events);
  printer.json({{"file", options.file},
                {"folder", options.folder.empty() ? Json(nullptr) : Json(options.folder)},
                {"drafts", intake.drafts.size()},
                {"events", std::move(events)}});
  return taken.conflict ? ExitCode::negative : ExitCode::done;
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
