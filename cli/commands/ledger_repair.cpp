// `ledger repair`: a damaged log made whole from another copy, and held to what was signed.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/entry_ranges.hpp"
#include "cli/home.hpp"
#include "cli/log_checks.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"
#include "ledger/backup.hpp"
#include "ledger/base/file.hpp"
#include "ledger/repair.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct RepairOptions {
  std::string from;
  std::vector<std::string> checkpoints;
  std::string key;
};

/// The key that the result is held to: as given, or as the damaged log's entry 0 names it.
Result<ledger::VerifierKey> repair_key(ledger::Store* damaged, const std::string& given) {
  if (!given.empty()) {
    auto key = ledger::VerifierKey::parse(given);
    if (!key) return failure(std::move(key.error()).during("--key"));
    return key;
  }
  auto key = damaged == nullptr ? std::nullopt : present_key(*damaged);
  if (key) return *key;
  return failure(Errc::invalid_input,
                 "repairing: entry 0 cannot be read, so nothing here says who signs: give --key");
}

/// Puts the new log in the place of the damaged one, which is kept beside it.
Result<void> change_places(const fs::path& fresh, const fs::path& log) {
  const fs::path kept = log.string() + ".damaged";
  const fs::path wal = log.string() + "-wal";
  std::error_code problem;
  if (fs::exists(kept, problem)) {
    return failure(Errc::conflict, kept.string() + ": exists already; move it away first");
  }
  // A write-ahead log belongs to its file: it goes first, so that it never lies beside the new one.
  if (fs::exists(wal, problem)) MUSTER_TRY(move_file(wal, kept.string() + "-wal"));
  fs::remove(log.string() + "-shm", problem);
  MUSTER_TRY(move_file(log, kept));
  return move_file(fresh, log);
}

Result<ledger::RepairReport> repaired_aside(ledger::Store* damaged, const RepairOptions& options,
                                            const fs::path& aside) {
  MUSTER_TRY_ASSIGN(const auto copy,
                    ledger::SqliteStore::open(options.from, {.access = sql::Access::read_only}));
  MUSTER_TRY_ASSIGN(const auto key, repair_key(damaged, options.key));
  LogChecks names(*copy, std::nullopt);
  ledger::RepairSources sources{ledger::mirror_of(*copy), names.named_blobs(), key};
  for (const std::string& file : options.checkpoints) {
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, ledger::max_checkpoint_bytes));
    MUSTER_TRY(ledger::verify_log_checkpoint(text, key));
    sources.held.push_back(std::move(text));
  }
  MUSTER_TRY_ASSIGN(const auto fresh, ledger::SqliteStore::create(aside));
  MUSTER_TRY_ASSIGN(auto report, ledger::repair(damaged, sources, *fresh));
  LogChecks checks(*fresh, key);
  MUSTER_TRY(ledger::audited_summary(*fresh, checks.options()));
  MUSTER_TRY(fresh->checkpoint_database());
  return report;
}

Result<ledger::RepairReport> repaired(Context& context, const RepairOptions& options,
                                      const fs::path& log) {
  MUSTER_TRY_ASSIGN(const auto lock, ledger::WriterLock::acquire(log));
  const fs::path aside = log.string() + ".repaired";
  ledger::remove_log_file(aside);
  auto report = [&]() -> Result<ledger::RepairReport> {
    // One that cannot be opened at all has nothing to keep.
    auto damaged = ledger::SqliteStore::open(log);
    if (!damaged && damaged.error().code == Errc::unavailable) return failure(damaged.error());
    return repaired_aside(damaged ? damaged->get() : nullptr, options, aside);
  }();
  if (report && !context.options().dry_run) {
    auto changed = change_places(aside, log);
    if (!changed) report = failure(std::move(changed).error());
  }
  ledger::remove_log_file(aside);
  return report;
}

Result<ExitCode> ledger_repair(Context& context, const RepairOptions& options) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  const fs::path log = folder / "log.db";
  std::error_code problem;
  if (!fs::exists(log, problem)) {
    return failure(Errc::not_found,
                   log.string() + ": no log to repair; `muster ledger restore` brings one back");
  }
  MUSTER_TRY_ASSIGN(const auto report, repaired(context, options, log));
  if (!context.options().dry_run) MUSTER_TRY(renew_view(context));
  auto printer = context.printer();
  printer.paragraph(context.options().dry_run
                        ? "The log can be made whole. Nothing was written."
                        : "The log is whole and verifies. The damaged file is log.db.damaged.",
                    print::Tone::good);
  printer.facts({"",
                 {{"entries", print::grouped(report.head.size.value)},
                  {"root", report.head.root.to_hex()},
                  {"held to the checkpoint of", print::grouped(report.anchor.size.value)},
                  {"entries replaced", ranges_text(report.replaced)},
                  {"manifests replaced", print::grouped(report.blobs_replaced)},
                  {"checkpoints dropped", print::grouped(report.checkpoints_dropped)}}});
  printer.json({{"entries", report.head.size.value},
                {"root", report.head.root.to_hex()},
                {"anchor", report.anchor.size.value},
                {"replaced", ranges_json(report.replaced)},
                {"manifests_replaced", report.blobs_replaced},
                {"checkpoints", report.checkpoints},
                {"checkpoints_dropped", report.checkpoints_dropped}});
  return ExitCode::done;
}

}  // namespace

void add_ledger_repair_command(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& options = context.keep<RepairOptions>();
  CLI::App& verb = add_verb(ledger, "repair", "make a damaged log whole from another copy", context,
                            [&] { return ledger_repair(context, options); });
  verb.add_option("--from", options.from, "another copy's log.db, or a backup")->required();
  verb.add_option("--checkpoint", options.checkpoints,
                  "a signed checkpoint from elsewhere that the result must agree with");
  verb.add_option("--key", options.key, "the log's verifier key, where entry 0 cannot be read");
}

}  // namespace muster::cli
