// `ledger backup`, `restore` and `catch-up`: a copy of the log, and a log from a copy that does not
// contradict what it has signed since.

#include <functional>

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_checks.hpp"
#include "cli/log_operator.hpp"
#include "cli/log_place.hpp"
#include "cli/mirror_source.hpp"
#include "cli/pair_facts.hpp"
#include "cli/print/number.hpp"
#include "ledger/backup.hpp"
#include "ledger/base/file.hpp"
#include "ledger/repair.hpp"
#include "ledger/replay.hpp"
#include "ledger/store/memory_store.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct BackupOptions {
  std::string file;
};

struct RestoreOptions {
  std::string file;
  std::string tiles;
  std::vector<std::string> newest;
  bool nothing_newer = false;
  std::vector<std::string> keys;
  std::string policy;
};

struct CatchUpOptions {
  MirrorOptions mirror;
  std::vector<std::string> keys;
};

/// A file that is no log is no copy of one: somebody named another.
Result<std::unique_ptr<ledger::SqliteStore>> open_copy(const std::string& file) {
  auto store = ledger::SqliteStore::open(file, {.access = sql::Access::read_only});
  if (!store && store.error().code == Errc::corrupt) store.error().code = Errc::invalid_input;
  return store;
}

/// The keys that the log names, oldest first.
Result<std::vector<ledger::VerifierKey>> keys_of_log(ledger::Store& store,
                                                     const std::string& where) {
  auto keys = keys_named_in(store);
  if (!keys.empty()) return keys;
  return failure(Errc::corrupt, where + ": entry 0 does not name the key of its checkpoints");
}

Json summary_json(const ledger::LogSummary& summary) {
  return {{"entries", summary.head.size.value},
          {"root", summary.head.root.to_hex()},
          {"manifests", summary.blobs},
          {"manifest_names", summary.blob_names.to_hex()},
          {"checkpoints", summary.checkpoints},
          {"newest_checkpoint", summary.newest ? Json(*summary.newest) : Json(nullptr)}};
}

print::Facts summary_facts(const ledger::LogSummary& summary) {
  return {"",
          {{"entries", print::grouped(summary.head.size.value)},
           {"root", summary.head.root.to_hex()},
           {"manifests", print::grouped(summary.blobs)},
           {"hash of their names", summary.blob_names.to_hex()},
           {"checkpoints", print::grouped(summary.checkpoints)}}};
}

Result<ExitCode> ledger_backup(Context& context, const BackupOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY(keys_of_log(*store, "backup"));
  LogChecks checks(*store);
  ledger::LogSummary summary;
  if (context.options().dry_run) {
    MUSTER_TRY_ASSIGN(summary, ledger::audited_summary(*store, checks.options()));
  } else {
    MUSTER_TRY_ASSIGN(summary, ledger::back_up(*store, options.file, checks.options()));
  }
  auto printer = context.printer();
  printer.paragraph(context.options().dry_run ? "The log is good. Nothing was written."
                                              : "The backup is whole and verifies.",
                    print::Tone::good);
  printer.facts(summary_facts(summary));
  Json json = summary_json(summary);
  json["file"] = context.options().dry_run ? Json(nullptr) : Json(options.file);
  printer.json(json);
  return ExitCode::done;
}

Result<std::vector<std::string>> note_files(const std::vector<std::string>& files) {
  std::vector<std::string> texts;
  for (const std::string& file : files) {
    MUSTER_TRY_ASSIGN(std::string text, read_checkpoint_file(file));
    texts.push_back(std::move(text));
  }
  return texts;
}

/// The settings of a registry, made where they are missing.
Result<void> prepare_settings(const fs::path& folder, const std::string& origin) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    return failure(Errc::unavailable, "creating " + folder.string() + ": " + problem.message());
  }
  if (fs::exists(folder / "muster.json", problem)) return check_is_log_of_folder(folder, origin);
  const Json settings = {{"origin", origin}, {"v", 1}};
  return create_file(folder / "muster.json", as_bytes(canonical_json(settings) + "\n"));
}

/// Does `work` in the registry's folder, made with its settings where they are missing. When it
/// fails, nothing is left of what was made for it.
Result<ledger::LogSummary> in_folder(const fs::path& folder, const std::string& origin,
                                     const std::function<Result<ledger::LogSummary>()>& work) {
  std::error_code ignored;
  const bool has_settings = fs::exists(folder / "muster.json", ignored);
  const bool has_folder = fs::exists(folder, ignored);
  const auto ready = prepare_settings(folder, origin);
  auto done = ready ? work() : Result<ledger::LogSummary>(failure(ready.error()));
  if (!done && !has_settings) fs::remove(folder / "muster.json", ignored);
  if (!done && !has_folder) {
    fs::remove(folder / "log.db.lock", ignored);
    fs::remove(folder, ignored);  // only an empty one
  }
  return done;
}

/// What a restore is held to besides the copy that it takes.
struct RestoreInput {
  std::vector<ledger::VerifierKey> keys;
  std::vector<std::string> newest;
  std::optional<ledger::Policy> policy;
};

/// The log in an exported folder, in the empty store `fresh`: as far as its signed checkpoint goes.
Result<void> take_from_tiles(const std::string& folder, const RestoreInput& input,
                             ledger::Store& fresh) {
  MUSTER_TRY_ASSIGN(const auto mirror, MirrorSource::open({.from = "", .tiles = folder}));
  if (!mirror.checkpoint()) {
    return failure(Errc::invalid_input, folder + "/checkpoint: cannot be read");
  }
  auto good = ledger::verify_log_checkpoint(*mirror.checkpoint(), input.keys);
  if (!good) return failure(std::move(good).error().during(folder));
  const ledger::RepairSources sources{mirror.mirror(),
                                      manifests_named_by,
                                      input.keys,
                                      {*mirror.checkpoint()},
                                      input.policy ? &*input.policy : nullptr};
  MUSTER_TRY(ledger::repair(nullptr, sources, fresh));
  return {};
}

/// Restores the copy in a file to the registry in `folder`, or with --dry-run only looks at it.
Result<ledger::LogSummary> restored_from(Context& context, const std::string& file,
                                         RestoreInput input, const fs::path& folder) {
  MUSTER_TRY_ASSIGN(const auto copy, open_copy(file));
  MUSTER_TRY_ASSIGN(const auto named, keys_of_log(*copy, file));
  add_keys(input.keys, named);
  LogChecks checks(*copy);
  for (const std::string& note : input.newest) {
    MUSTER_TRY(ledger::verify_log_checkpoint(note, input.keys));
  }
  if (context.options().dry_run) return ledger::audited_summary(*copy, checks.options());
  return in_folder(folder, named.front().name(), [&]() -> Result<ledger::LogSummary> {
    MUSTER_TRY_ASSIGN(const auto lock, ledger::WriterLock::acquire(folder / "log.db"));
    return ledger::restore(file, folder / "log.db", {input.keys, input.newest}, checks.options());
  });
}

/// The same from an exported folder, by way of a file of its own.
Result<ledger::LogSummary> restored_from_tiles(Context& context, const RestoreOptions& options,
                                               RestoreInput input, const fs::path& folder) {
  if (context.options().dry_run) {
    ledger::MemoryStore fresh;
    MUSTER_TRY(take_from_tiles(options.tiles, input, fresh));
    LogChecks checks(fresh);
    return ledger::audited_summary(fresh, checks.options());
  }
  const std::string origin = input.keys.front().name();
  return in_folder(folder, origin, [&]() -> Result<ledger::LogSummary> {
    const fs::path aside = folder / "log.db.from-tiles";
    ledger::remove_log_file(aside);
    auto taken = [&]() -> Result<void> {
      MUSTER_TRY_ASSIGN(const auto fresh, ledger::SqliteStore::create(aside));
      MUSTER_TRY(take_from_tiles(options.tiles, input, *fresh));
      return fresh->checkpoint_database();
    }();
    auto summary = taken ? restored_from(context, aside.string(), std::move(input), folder)
                         : Result<ledger::LogSummary>(failure(taken.error()));
    ledger::remove_log_file(aside);
    return summary;
  });
}

Result<ledger::LogSummary> restored(Context& context, const RestoreOptions& options,
                                    const fs::path& folder) {
  RestoreInput input;
  MUSTER_TRY_ASSIGN(input.newest, note_files(options.newest));
  if (!options.policy.empty()) {
    MUSTER_TRY_ASSIGN(input.policy, read_policy(options.policy));
  }
  MUSTER_TRY_ASSIGN(input.keys, given_keys(options.keys, input.policy));
  if (options.tiles.empty()) return restored_from(context, options.file, std::move(input), folder);
  if (input.keys.empty()) {
    return failure(Errc::invalid_input,
                   "restoring from tiles: nothing here says who signs: give --key, or a --policy "
                   "that names the log");
  }
  std::error_code problem;
  if (fs::exists(folder / "log.db", problem)) {
    return failure(Errc::conflict, (folder / "log.db").string() +
                                       ": a log is here; move it away first, or repair it in "
                                       "place");
  }
  return restored_from_tiles(context, options, std::move(input), folder);
}

Result<ExitCode> ledger_restore(Context& context, const RestoreOptions& options) {
  if (options.newest.empty() == !options.nothing_newer) {
    return failure(
        Errc::invalid_input,
        "restoring: give the newest checkpoint that a witness, a mirror or a receipt has "
        "with --newest, or say --nothing-newer: a log that signs again from an older "
        "state contradicts itself for ever");
  }
  if (options.file.empty() == options.tiles.empty()) {
    return failure(Errc::invalid_input, "restoring: want a backup FILE or --tiles FOLDER");
  }
  if (options.tiles.empty() && !options.policy.empty()) {
    return failure(Errc::invalid_input, "--policy: judges what --tiles brings; a backup is yours");
  }
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  MUSTER_TRY(check_log_is_file(folder, "restoring"));
  MUSTER_TRY_ASSIGN(const auto summary, restored(context, options, folder));
  std::optional<ledger::TreeHead> target;
  bool has_key = false;
  if (!context.options().dry_run) {
    MUSTER_TRY(renew_view(context));
    MUSTER_TRY_ASSIGN(const auto store, open_store(context));
    MUSTER_TRY_ASSIGN(target, ledger::head_to_catch_up_with(*store));
    const auto keeper = log_operator(context, *store);
    has_key = keeper && *keeper;
  }
  auto printer = context.printer();
  printer.paragraph(context.options().dry_run ? "The backup is good. Nothing was written."
                                              : "The restored log is the backup, and verifies.",
                    print::Tone::good);
  printer.facts(summary_facts(summary));
  if (target) {
    printer.paragraph("It has signed for " + print::grouped(target->size.value) +
                          " entries. It records and signs nothing before `muster ledger catch-up` "
                          "has brought the others.",
                      print::Tone::warn);
  }
  if (!context.options().dry_run && !has_key) {
    printer.paragraph(
        "No copy of a log has the operator's key: put operator.key back before anything is to be "
        "signed.",
        print::Tone::warn);
  }
  Json json = summary_json(summary);
  json["catch_up_to"] = target ? Json(target->size.value) : Json(nullptr);
  printer.json(json);
  return ExitCode::done;
}

Result<ExitCode> ledger_catch_up(Context& context, const CatchUpOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const auto target, ledger::head_to_catch_up_with(*store));
  auto printer = context.printer();
  MUSTER_TRY_ASSIGN(ledger::TreeHead head, store->head());
  const std::uint64_t before = head.size.value;
  if (target && !context.options().dry_run) {
    MUSTER_TRY_ASSIGN(auto keys, keys_of_log(*store, "catching up"));
    MUSTER_TRY_ASSIGN(const auto given, log_keys(options.keys));
    add_keys(keys, given);
    MUSTER_TRY_ASSIGN(const auto newest, store->newest_checkpoint());
    MUSTER_TRY(ledger::verify_log_checkpoint(newest.value_or(""), keys));
    MUSTER_TRY_ASSIGN(const auto source, MirrorSource::open(options.mirror));
    MUSTER_TRY(store->hold_writer_lock());
    MUSTER_TRY_ASSIGN(head, ledger::replay(*store, source.mirror(), *target, manifests_named_by));
  }
  printer.paragraph(
      target ? (context.options().dry_run ? "Entries are missing. Nothing was written."
                                          : "The log has caught up and may record and sign again.")
             : "Nothing is missing.",
      print::Tone::good);
  printer.facts({"",
                 {{"entries before", print::grouped(before)},
                  {"entries", print::grouped(head.size.value)},
                  {"root", head.root.to_hex()}}});
  printer.json({{"before", before},
                {"entries", head.size.value},
                {"root", head.root.to_hex()},
                {"wanted", target ? Json(target->size.value) : Json(nullptr)}});
  return ExitCode::done;
}

}  // namespace

void add_ledger_backup_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& backup = context.keep<BackupOptions>();
  add_verb(ledger, "backup", "a verified copy of the log, while writers go on", context,
           [&] { return ledger_backup(context, backup); })
      .add_option("file", backup.file, "a new file for it")
      ->required();
  auto& restore = context.keep<RestoreOptions>();
  CLI::App& restore_verb = add_verb(ledger, "restore", "the log from a backup", context,
                                    [&] { return ledger_restore(context, restore); });
  restore_verb.add_option("file", restore.file, "the backup");
  restore_verb.add_option("--tiles", restore.tiles,
                          "a folder that `ledger export` made, instead of a backup");
  restore_verb.add_option("--newest", restore.newest,
                          "the newest signed checkpoint that anybody has");
  restore_verb.add_flag("--nothing-newer", restore.nothing_newer,
                        "nothing was signed after the backup");
  restore_verb
      .add_option("--key", restore.keys,
                  "the log's verifier key, for --tiles, or of the newest checkpoint where it is "
                  "younger than the backup; again for further ones")
      ->allow_extra_args(false);
  restore_verb.add_option("--policy", restore.policy,
                          "witnesses of whom a quorum must stand behind the tiles");
  auto& catch_up = context.keep<CatchUpOptions>();
  CLI::App& catch_up_verb = add_verb(ledger, "catch-up", "what a restored log lacks, from a mirror",
                                     context, [&] { return ledger_catch_up(context, catch_up); });
  add_mirror_options(catch_up_verb, catch_up.mirror);
  catch_up_verb
      .add_option("--key", catch_up.keys,
                  "the verifier key of the newest checkpoint, where it is younger than the log")
      ->allow_extra_args(false);
}

}  // namespace muster::cli
