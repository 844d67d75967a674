// `ledger repair`: a damaged log made whole from another copy, and held to what was signed.

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/entry_ranges.hpp"
#include "cli/home.hpp"
#include "cli/log_checks.hpp"
#include "cli/log_operator.hpp"
#include "cli/log_place.hpp"
#include "cli/mirror_source.hpp"
#include "cli/print/number.hpp"
#include "ledger/backup.hpp"
#include "ledger/base/file.hpp"
#include "ledger/repair.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct RepairOptions {
  MirrorOptions mirror;
  std::vector<std::string> checkpoints;
  std::vector<std::string> keys;
  std::string policy;
};

/// All that a repair is held to, read once.
struct RepairInput {
  MirrorSource mirror;
  std::vector<ledger::VerifierKey> keys;  ///< As given, or as the damaged log names them.
  std::vector<std::string> held;
  std::optional<ledger::Policy> policy;
};

/// The keys that the result is held to: as given, or as the damaged log's entries name them.
Result<std::vector<ledger::VerifierKey>> repair_keys(ledger::Store* damaged,
                                                     std::vector<ledger::VerifierKey> given) {
  if (!given.empty()) return given;
  if (damaged != nullptr) given = keys_named_in(*damaged);
  if (!given.empty()) return given;
  return failure(Errc::invalid_input,
                 "repairing: entry 0 cannot be read, so nothing here says who signs: give --key, "
                 "or a --policy that names the log");
}

Result<RepairInput> repair_input(ledger::Store* damaged, const RepairOptions& options) {
  MUSTER_TRY_ASSIGN(auto mirror, MirrorSource::open(options.mirror));
  RepairInput input{std::move(mirror), {}, {}, std::nullopt};
  if (!options.policy.empty()) {
    MUSTER_TRY_ASSIGN(input.policy, read_policy(options.policy));
  }
  MUSTER_TRY_ASSIGN(auto given, given_keys(options.keys, input.policy));
  MUSTER_TRY_ASSIGN(input.keys, repair_keys(damaged, std::move(given)));
  for (const std::string& file : options.checkpoints) {
    MUSTER_TRY_ASSIGN(std::string text, read_checkpoint_file(file));
    auto good = ledger::verify_log_checkpoint(text, input.keys);
    if (!good) return failure(std::move(good).error().during(file));
    input.held.push_back(std::move(text));
  }
  return input;
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

/// What the mirror signs for goes in like any other checkpoint: what it says must hold, or the
/// log's keys have signed a fork.
std::vector<std::string> all_held(const RepairInput& input) {
  std::vector<std::string> held = input.held;
  const auto& own = input.mirror.checkpoint();
  if (own && ledger::verify_log_checkpoint(*own, input.keys)) held.push_back(*own);
  return held;
}

Result<ledger::RepairReport> one_repair(ledger::Store* damaged, RepairInput& input,
                                        ledger::Store& fresh, bool& keys_changed) {
  const ledger::RepairSources sources{input.mirror.mirror(), manifests_named_by, input.keys,
                                      all_held(input), input.policy ? &*input.policy : nullptr};
  MUSTER_TRY_ASSIGN(auto report, ledger::repair(damaged, sources, fresh));
  LogChecks checks(fresh, true);
  MUSTER_TRY(ledger::audited_summary(fresh, checks.options()));
  MUSTER_TRY(checks.rules());
  // A succession that only the mirror could give: checkpoints by its key count from now on.
  keys_changed = add_keys(input.keys, checks.operator_keys());
  return report;
}

Result<ledger::RepairReport> repaired_aside(ledger::Store* damaged, const RepairOptions& options,
                                            const fs::path& aside) {
  MUSTER_TRY_ASSIGN(RepairInput input, repair_input(damaged, options));
  MUSTER_TRY(check_is_log_of_folder(aside.parent_path(), input.keys.front().name()));
  for (bool again = true;;) {
    ledger::remove_log_file(aside);
    MUSTER_TRY_ASSIGN(const auto fresh, ledger::SqliteStore::create(aside));
    MUSTER_TRY_ASSIGN(auto report, one_repair(damaged, input, *fresh, again));
    if (again) continue;
    MUSTER_TRY(fresh->checkpoint_database());
    return report;
  }
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

std::string witnessed_text(const ledger::RepairReport& report) {
  return report.witnessed ? "up to " + print::grouped(report.witnessed->size.value)
                          : std::string("not asked");
}

Result<ExitCode> ledger_repair(Context& context, const RepairOptions& options) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  MUSTER_TRY(check_log_is_file(folder, "repairing"));
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
                  {"accepted by the policy", witnessed_text(report)},
                  {"entries replaced", ranges_text(report.replaced)},
                  {"manifests replaced", print::grouped(report.blobs_replaced)},
                  {"checkpoints dropped", print::grouped(report.checkpoints_dropped)}}});
  printer.json(
      {{"entries", report.head.size.value},
       {"root", report.head.root.to_hex()},
       {"anchor", report.anchor.size.value},
       {"witnessed", report.witnessed ? Json(report.witnessed->size.value) : Json(nullptr)},
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
  add_mirror_options(verb, options.mirror);
  verb.add_option("--checkpoint", options.checkpoints,
                  "a signed checkpoint from elsewhere that the result must agree with");
  verb.add_option("--key", options.keys,
                  "the log's verifier key, where entry 0 cannot be read; again for further ones")
      ->allow_extra_args(false);
  verb.add_option("--policy", options.policy,
                  "witnesses of whom a quorum must stand behind what the result is held to");
}

}  // namespace muster::cli
