// `registry dump`, `dump-hash`, `rebuild` and `check`: the view, which can always be made anew.

#include <fstream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/new_file.hpp"
#include "cli/print/number.hpp"
#include "cli/projection_audit.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct DumpOptions {
  std::string file;
};

Result<ExitCode> dump(Context& context, const DumpOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  if (options.file.empty()) {
    MUSTER_TRY(home->registry().dump(context.out()));
    return ExitCode::done;
  }
  MUSTER_TRY(write_aside(context, options.file,
                         [&](std::ostream& out) { return home->registry().dump(out); }));
  MUSTER_TRY_ASSIGN(const Hash hash, home->registry().dump_hash());
  auto printer = context.printer();
  printer.facts({"", {{"dump", options.file}, {"sha256", hash.to_hex()}}});
  printer.json({{"file", options.file}, {"sha256", hash.to_hex()}});
  return ExitCode::done;
}

void print_summary(Context& context, Home& home, const Hash& hash) {
  const auto& state = home.state();
  auto printer = context.printer();
  printer.facts({"",
                 {{"entries", print::grouped(std::uint64_t{state.size()})},
                  {"chips", print::grouped(std::uint64_t{state.tables().chips.size()})},
                  {"sha256 of the dump", hash.to_hex()}}});
  printer.json({{"entries", state.size()},
                {"chips", state.tables().chips.size()},
                {"sha256", hash.to_hex()}});
}

Result<ExitCode> dump_hash(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const Hash hash, home->registry().dump_hash());
  print_summary(context, *home, hash);
  return ExitCode::done;
}

Result<ExitCode> rebuild(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  if (!context.options().dry_run) MUSTER_TRY(home->registry().rebuild());
  MUSTER_TRY_ASSIGN(const Hash hash, home->registry().dump_hash());
  print_summary(context, *home, hash);
  return ExitCode::done;
}

Result<ExitCode> check(Context& context) {
  constexpr std::size_t max_faults = 1'000;
  MUSTER_TRY_ASSIGN(const ProjectionAudit audit, audit_projection(context, max_faults));
  auto printer = context.printer();
  printer.paragraph(
      audit.good() ? "The view is what the log says." : "The view is NOT what the log says.",
      audit.good() ? print::Tone::good : print::Tone::bad);
  Json faults = Json::array();
  for (const ledger::AuditFault& fault : audit.faults) {
    printer.lines(ledger::describe(fault) + "\n");
    faults.push_back({{"code", fault.code}, {"expected", fault.expected}, {"found", fault.found}});
  }
  printer.json({{"valid", audit.good()},
                {"kept", audit.kept == Hash{} ? Json(nullptr) : Json(audit.kept.to_hex())},
                {"rebuilt", audit.rebuilt.to_hex()},
                {"complete", audit.complete},
                {"faults", std::move(faults)}});
  return audit.good() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_registry_commands(CLI::App& app, Context& context) {
  CLI::App& registry = noun(app, "registry", "the view of the log: dumps, rebuilding");
  auto& options = context.keep<DumpOptions>();
  add_verb(registry, "dump", "every table as NDJSON, in the order of its key", context, [&] {
    return dump(context, options);
  }).add_option("--out", options.file, "a new file; else print");
  add_verb(registry, "dump-hash", "SHA-256 of the dump", context,
           [&] { return dump_hash(context); });
  add_verb(registry, "rebuild", "make the view anew from the log", context,
           [&] { return rebuild(context); });
  add_verb(registry, "check", "compare the view with one made anew", context,
           [&] { return check(context); });
}

}  // namespace muster::cli
