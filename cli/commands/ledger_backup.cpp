// `ledger backup`, `restore` and `catch-up`: a copy of the log, and a log from a copy that does not
// contradict what it has signed since.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_checks.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"
#include "ledger/backup.hpp"
#include "ledger/base/file.hpp"
#include "ledger/replay.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct BackupOptions {
  std::string file;
};

struct RestoreOptions {
  std::string file;
  std::vector<std::string> newest;
  bool nothing_newer = false;
};

struct CatchUpOptions {
  std::string from;
};

Result<std::unique_ptr<ledger::SqliteStore>> open_copy(const std::string& file) {
  return ledger::SqliteStore::open(file, {.access = sql::Access::read_only});
}

Result<ledger::VerifierKey> key_of_log(ledger::Store& store, const std::string& where) {
  const auto key = present_key(store);
  if (key) return *key;
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
  MUSTER_TRY_ASSIGN(const auto key, key_of_log(*store, "backup"));
  LogChecks checks(*store, key);
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
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, ledger::max_checkpoint_bytes));
    texts.push_back(std::move(text));
  }
  return texts;
}

/// The folder with its settings, made where they are missing.
Result<void> prepare_folder(const fs::path& folder, const std::string& origin) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    return failure(Errc::unavailable, "creating " + folder.string() + ": " + problem.message());
  }
  if (fs::exists(folder / "muster.json", problem)) return {};
  const Json settings = {{"origin", origin}, {"v", 1}};
  return create_file(folder / "muster.json", as_bytes(canonical_json(settings) + "\n"));
}

Result<ledger::LogSummary> restored(Context& context, const RestoreOptions& options,
                                    const fs::path& folder) {
  MUSTER_TRY_ASSIGN(auto newest, note_files(options.newest));
  MUSTER_TRY_ASSIGN(const auto copy, open_copy(options.file));
  MUSTER_TRY_ASSIGN(const auto key, key_of_log(*copy, options.file));
  LogChecks checks(*copy, key);
  for (const std::string& note : newest) MUSTER_TRY(ledger::verify_log_checkpoint(note, key));
  if (context.options().dry_run) return ledger::audited_summary(*copy, checks.options());
  MUSTER_TRY(prepare_folder(folder, key.name()));
  MUSTER_TRY_ASSIGN(const auto lock, ledger::WriterLock::acquire(folder / "log.db"));
  MUSTER_TRY_ASSIGN(auto summary, ledger::restore(options.file, folder / "log.db",
                                                  {key, std::move(newest)}, checks.options()));
  return summary;
}

Result<ExitCode> ledger_restore(Context& context, const RestoreOptions& options) {
  if (options.newest.empty() == !options.nothing_newer) {
    return failure(
        Errc::invalid_input,
        "restoring: give the newest checkpoint that a witness, a mirror or a receipt has "
        "with --newest, or say --nothing-newer: a log that signs again from an older "
        "state contradicts itself for ever");
  }
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  MUSTER_TRY_ASSIGN(const auto summary, restored(context, options, folder));
  std::optional<ledger::TreeHead> target;
  if (!context.options().dry_run) {
    MUSTER_TRY(renew_view(context));
    MUSTER_TRY_ASSIGN(const auto store, open_store(context));
    MUSTER_TRY_ASSIGN(target, ledger::head_to_catch_up_with(*store));
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
    MUSTER_TRY_ASSIGN(const auto key, key_of_log(*store, "catching up"));
    MUSTER_TRY_ASSIGN(const auto newest, store->newest_checkpoint());
    MUSTER_TRY(ledger::verify_log_checkpoint(newest.value_or(""), key));
    MUSTER_TRY_ASSIGN(const auto copy, open_copy(options.from));
    LogChecks checks(*copy, std::nullopt);
    MUSTER_TRY(store->hold_writer_lock());
    MUSTER_TRY_ASSIGN(
        head, ledger::replay(*store, ledger::mirror_of(*copy), *target, checks.named_blobs()));
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
  restore_verb.add_option("file", restore.file, "the backup")->required();
  restore_verb.add_option("--newest", restore.newest,
                          "the newest signed checkpoint that anybody has");
  restore_verb.add_flag("--nothing-newer", restore.nothing_newer,
                        "nothing was signed after the backup");
  auto& catch_up = context.keep<CatchUpOptions>();
  add_verb(ledger, "catch-up", "what a restored log lacks, from another copy", context,
           [&] { return ledger_catch_up(context, catch_up); })
      .add_option("--from", catch_up.from, "another copy's log.db, or a newer backup")
      ->required();
}

}  // namespace muster::cli
