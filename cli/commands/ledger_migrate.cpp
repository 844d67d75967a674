#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_checks.hpp"
#include "cli/log_operator.hpp"
#include "cli/log_place.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/registry_settings.hpp"
#include "ledger/backup.hpp"
#include "ledger/copy_log.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

struct MigrateOptions {
  std::string to;
};

struct AttachOptions {
  std::string folder;
  std::string log;
  bool replica = false;
};

/// Whether a migration was cut off between its last two steps: the file still has its name.
bool lacks_last_step(const LogPlace& from) {
  std::error_code problem;
  return !from.is_file() && fs::exists(from.file(), problem);
}

Result<LogPlace> other_place(const LogPlace& from, const std::string& to) {
  const LogPlace wanted{from.folder, to == "file" ? std::string() : to};
  if (wanted.url == from.url && lacks_last_step(from)) return wanted;
  if (wanted.url == from.url) {
    return failure(Errc::invalid_input, "--to: the log is there already: " + from.text());
  }
  std::error_code problem;
  if (from.is_file() && fs::exists(from.folder / "log.retired.db", problem)) {
    return failure(Errc::conflict, (from.folder / "log.retired.db").string() +
                                       ": is here from an earlier migration: move it away first");
  }
  return wanted;
}

/// The copy, audited, and equal to what `from` says of itself.
Result<ledger::LogSummary> proven_copy(ledger::Store& from, ledger::Store& to) {
  MUSTER_TRY(ledger::copy_log(from, to));
  LogChecks checks(to);
  MUSTER_TRY_ASSIGN(const auto copied, ledger::audited_summary(to, checks.options()));
  MUSTER_TRY_ASSIGN(const auto wanted, ledger::summary_of(from));
  if (copied == wanted) return copied;
  return failure(Errc::corrupt, "migrating: the copy is not the log");
}

/// The file keeps another name, so that nothing takes it for the log.
void put_aside(const LogPlace& from) {
  std::error_code ignored;
  for (const char* ending : {"", "-wal", "-shm"}) {
    fs::rename(from.file().string() + ending, (from.folder / "log.retired.db").string() + ending,
               ignored);
  }
}

/// A log that was moved away moves once more only to where it is already, to end a migration that
/// was cut off: from anywhere else it would grow twice, and its operator would sign both.
Result<void> check_moves(ledger::Store& source, const LogPlace& from, const LogPlace& to) {
  const auto there = open_log(to);
  if (there) {
    MUSTER_TRY_ASSIGN(const bool is_old, (*there)->is_retired());
    if (is_old) {
      return failure(Errc::conflict, to.text() +
                                         ": has the log from before it was moved away, and takes "
                                         "no more: empty it, or name another place");
    }
  }
  MUSTER_TRY_ASSIGN(const bool was_moved, source.is_retired());
  if (!was_moved) return {};
  MUSTER_TRY_ASSIGN(const ledger::TreeHead own, source.head());
  if (there) {
    MUSTER_TRY_ASSIGN(const ledger::TreeHead other, (*there)->head());
    if (own == other) return {};
  }
  return failure(Errc::conflict, from.text() +
                                     ": this log was moved away already, and grows elsewhere; "
                                     "`muster registry attach` makes a folder for where it is");
}

Result<ledger::LogSummary> migrate(const LogPlace& from, const LogPlace& to) {
  MUSTER_TRY_ASSIGN(auto source, open_log(from));
  MUSTER_TRY(source->hold_writer_lock());
  MUSTER_TRY(check_moves(*source, from, to));
  MUSTER_TRY_ASSIGN(const auto target, open_or_create_log(to));
  MUSTER_TRY(target->hold_writer_lock());
  MUSTER_TRY_ASSIGN(const auto summary, proven_copy(*source, *target));
  // From here on the log is there alone. Where this is cut off, the same command ends it.
  MUSTER_TRY(source->retire());
  MUSTER_TRY_ASSIGN(Json settings, read_settings(from.folder));
  settings.erase("log");
  settings.erase("replica");
  if (!to.is_file()) settings["log"] = to.url;
  MUSTER_TRY(write_settings(from.folder, settings));
  source.reset();
  if (from.is_file()) put_aside(from);
  return summary;
}

Result<ExitCode> ledger_migrate(Context& context, const MigrateOptions& options) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  MUSTER_TRY(check_is_present(context));
  MUSTER_TRY_ASSIGN(const LogPlace from, log_place(folder));
  MUSTER_TRY_ASSIGN(const LogPlace to, other_place(from, options.to));
  ledger::LogSummary summary;
  const bool is_there = to.url == from.url;
  if (context.options().dry_run || is_there) {
    MUSTER_TRY_ASSIGN(const auto source, open_log(from));
    if (!is_there) MUSTER_TRY(check_moves(*source, from, to));
    MUSTER_TRY_ASSIGN(summary, ledger::summary_of(*source));
    if (!context.options().dry_run) put_aside(from);
  } else {
    MUSTER_TRY_ASSIGN(summary, migrate(from, to));
  }
  auto printer = context.printer();
  printer.paragraph(context.options().dry_run
                        ? "Nothing was written."
                        : "The log has moved: every entry, manifest and checkpoint is equal.",
                    print::Tone::good);
  printer.facts({"",
                 {{"from", from.text()},
                  {"to", to.text()},
                  {"entries", print::grouped(summary.head.size.value)},
                  {"root", summary.head.root.to_hex()},
                  {"manifests", print::grouped(summary.blobs)},
                  {"checkpoints", print::grouped(summary.checkpoints)}}});
  printer.json({{"from", from.text()},
                {"to", to.text()},
                {"entries", summary.head.size.value},
                {"root", summary.head.root.to_hex()},
                {"manifests", summary.blobs},
                {"checkpoints", summary.checkpoints}});
  return ExitCode::done;
}

Result<ExitCode> registry_attach(Context& context, const AttachOptions& options) {
  const LogPlace place{options.folder, options.log, options.replica};
  if (place.is_file()) return failure(Errc::invalid_input, "--log: want a URL, postgres://…");
  auto opened = open_log(place);
  if (!opened && !options.replica &&
      opened.error().message.find("read-only") != std::string::npos) {
    opened.error().message += "; --replica attaches to a standby, which is read alone";
  }
  MUSTER_TRY_ASSIGN(const auto store, std::move(opened));
  MUSTER_TRY_ASSIGN(const auto key, log_key(*store));
  if (!context.options().dry_run) {
    MUSTER_TRY(create_folder(options.folder, [&](const fs::path& aside) {
      Json settings{{"log", options.log}, {"origin", key.name()}, {"v", 1}};
      if (options.replica) settings["replica"] = true;
      return write_settings(aside, settings);
    }));
  }
  auto printer = context.printer();
  printer.facts(
      {"", {{"registry", options.folder}, {"origin", key.name()}, {"log", place.text()}}});
  printer.paragraph(options.replica
                        ? "It reads what has arrived at the server, and records nothing."
                        : "It records and reads. To sign checkpoints it needs the operator's key.");
  printer.json({{"folder", options.folder}, {"origin", key.name()}, {"log", place.text()}});
  return ExitCode::done;
}

}  // namespace

void add_ledger_migrate_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& migrate_options = context.keep<MigrateOptions>();
  add_verb(ledger, "migrate", "move the log between a file and PostgreSQL, proven equal", context,
           [&] { return ledger_migrate(context, migrate_options); })
      .add_option("--to", migrate_options.to, "postgres://[USER@]HOST/NAME, or \"file\"")
      ->required();
  CLI::App& registry = noun(app, "registry", "the view of the log: dumps, rebuilding");
  auto& attach = context.keep<AttachOptions>();
  CLI::App& verb = add_verb(registry, "attach", "a new folder for a log that is on a server",
                            context, [&] { return registry_attach(context, attach); });
  verb.add_option("folder", attach.folder, "a new or empty folder")->required();
  verb.add_option("--log", attach.log, "postgres://[USER@]HOST/NAME")->required();
  verb.add_flag("--replica", attach.replica, "only read, from a standby if the URL names one");
}

}  // namespace muster::cli
