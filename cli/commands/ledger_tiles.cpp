// `ledger export` and `verify-tiles`: a log as a folder that any web server can serve, and
// anybody's such folder checked.

#include <chrono>

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"
#include "cli/rules_audit.hpp"
#include "ledger/base/file.hpp"
#include "ledger/tiles/export.hpp"
#include "ledger/tiles/verify.hpp"

namespace muster::cli {
namespace {

struct TilesExportOptions {
  std::string folder;
  bool hashes_only = false;
  bool mend = false;
};

struct TilesVerifyOptions {
  std::string folder;
  std::string key;
  std::vector<std::string> old_keys;
  std::string origin;
  std::string policy;
  std::vector<std::string> since;
  bool opaque = false;
  bool chained = false;
  bool hashes_only = false;
  std::size_t max_faults = 1'000;
};

/// Who signs the log's checkpoints, oldest first: those that the log names, or the key in the
/// folder.
Result<std::vector<OperatorTerm>> checkpoint_keys(const Context& context, ledger::Store& store) {
  MUSTER_TRY_ASSIGN(auto terms, operator_terms(context, store));
  if (!terms.empty()) return terms;
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context, store));
  if (keeper) return std::vector<OperatorTerm>{{0, keeper->verifier_key()}};
  return failure(Errc::invalid_input, "entry 0 does not say which key signs checkpoints");
}

/// Exports under a progress line, which is gone when this returns.
Result<ledger::Exported> exported(print::Printer& printer, ledger::Store& store,
                                  const std::string& checkpoint, const std::string& folder,
                                  ledger::ExportOptions how) {
  auto progress = printer.progress({.activity = "exporting", .unit = "entries"});
  how.progress = [&](std::uint64_t done) { progress.update(done); };
  return ledger::export_tiles(store, checkpoint, folder, how);
}

Result<ExitCode> export_log(Context& context, const TilesExportOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const auto keys, checkpoint_keys(context, *store));
  MUSTER_TRY_ASSIGN(const auto checkpoint, current_checkpoint(context, *store));
  if (!checkpoint) {
    return failure(Errc::unavailable,
                   "exporting: no signed checkpoint is kept and the operator's key is not here");
  }
  MUSTER_TRY_ASSIGN(const auto target, ledger::parse_checkpoint(*checkpoint));
  const ledger::VerifierKey key = key_at(keys, target.size);
  ledger::ExportOptions how{.key = key};
  how.key_at = [&](ledger::TreeSize size) { return key_at(keys, size); };
  how.hashes_only = options.hashes_only;
  how.mend = options.mend;
  how.dry_run = context.options().dry_run;
  auto printer = context.printer();
  MUSTER_TRY_ASSIGN(const auto done, exported(printer, *store, *checkpoint, options.folder, how));
  printer.facts({"",
                 {{"folder", options.folder},
                  {"log", key.name()},
                  {"entries before", print::grouped(done.before.value)},
                  {"entries now", print::grouped(done.after.value)},
                  {"new hash tiles", print::grouped(done.hash_tiles)},
                  {"new bundles", print::grouped(done.bundles)},
                  {"new blobs", print::grouped(done.blobs)},
                  {"partial tiles dropped", print::grouped(done.dropped)},
                  {"bytes written", print::grouped(done.bytes)},
                  {"verifier key", key.to_string()}}});
  printer.json({{"folder", options.folder},
                {"origin", key.name()},
                {"verifier_key", key.to_string()},
                {"before", done.before.value},
                {"after", done.after.value},
                {"hash_tiles", done.hash_tiles},
                {"bundles", done.bundles},
                {"blobs", done.blobs},
                {"dropped", done.dropped},
                {"bytes", done.bytes},
                {"dry_run", context.options().dry_run}});
  return ExitCode::done;
}

/// Whether the policy takes the checkpoint; the error says who is missing.
Result<void> policy_takes(const ledger::Policy& policy, const ledger::VerifierKey& key,
                          const ledger::Note& note) {
  MUSTER_TRY_ASSIGN(const auto verdict, ledger::accepts(ledger::encode_note(note), policy, &key));
  if (verdict.accepted()) return {};
  return failure(Errc::refused, verdict.missing);
}

Result<ledger::TileVerifyOptions> verify_options(const TilesVerifyOptions& options) {
  auto key = ledger::VerifierKey::parse(options.key);
  if (!key) return failure(std::move(key.error()).during("--key"));
  ledger::TileVerifyOptions how{.key = std::move(*key)};
  how.origin = options.origin;
  if (!options.policy.empty()) {
    MUSTER_TRY_ASSIGN(const auto policy, read_policy(options.policy));
    how.policy = [policy, log = how.key](const ledger::Note& note) {
      return policy_takes(policy, log, note);
    };
  }
  for (const std::string& text : options.old_keys) {
    auto earlier = ledger::VerifierKey::parse(text);
    if (!earlier) return failure(std::move(earlier.error()).during("--old-key"));
    how.earlier_keys.push_back(std::move(*earlier));
  }
  for (const std::string& file : options.since) {
    MUSTER_TRY_ASSIGN(std::string text, read_checkpoint_file(file));
    how.older.push_back({file, std::move(text)});
  }
  if (options.opaque) how.entries = ledger::EntryForm::opaque;
  if (options.chained) how.entries = ledger::EntryForm::chained;
  how.hashes_only = options.hashes_only;
  how.named_blobs = manifests_named_by;
  how.max_faults = options.max_faults;
  return how;
}

/// Verifies under a progress line, which is gone when this returns.
Result<ledger::TileVerification> verified_tiles(print::Printer& printer, const std::string& folder,
                                                ledger::TileVerifyOptions how) {
  auto progress = printer.progress({.activity = "verifying", .unit = "entries"});
  how.progress = [&](std::uint64_t done) { progress.update(done); };
  return ledger::verify_tiles(ledger::folder_source(folder), how);
}

std::string seconds_since(std::chrono::steady_clock::time_point begin) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  const std::string text = std::to_string(passed.count());
  return text.substr(0, text.find('.') + 4);
}

/// What the entries were taken for.
std::string_view looked_at_as(const ledger::TileVerification& result, bool hashes_only) {
  if (hashes_only) return "hashes only";
  return result.form == ledger::EntryForm::chained ? "muster" : "opaque";
}

Json tile_faults_json(const std::vector<ledger::TileFault>& faults) {
  Json list = Json::array();
  for (const ledger::TileFault& fault : faults) {
    list.push_back({{"path", fault.path},
                    {"item", fault.item.empty() ? Json(nullptr) : Json(fault.item)},
                    {"code", fault.code},
                    {"expected", fault.expected},
                    {"found", fault.found}});
  }
  return list;
}

void print_text(print::Printer& printer, const ledger::TileVerification& result,
                std::string_view form, const std::string& seconds) {
  printer.paragraph(result.good() ? "Everything verifies." : "NOT VALID.",
                    result.good() ? print::Tone::good : print::Tone::bad);
  const bool is_read = !result.checkpoint.origin.empty();  // every log has a name
  printer.facts({"",
                 {{"log", is_read ? result.checkpoint.origin : "-"},
                  {"entries", is_read ? print::grouped(result.checkpoint.size.value) : "-"},
                  {"root", is_read ? result.checkpoint.root.to_hex() : "-"},
                  {"looked at as", std::string(form)},
                  {"hash tiles", print::grouped(result.hash_tiles)},
                  {"bundles", print::grouped(result.bundles)},
                  {"blobs", print::grouped(result.blobs)},
                  {"signatures by others", print::grouped(result.other_signatures)},
                  {"partial tiles left over", print::grouped(result.leftovers)},
                  {"tiles beyond the checkpoint", print::grouped(result.beyond)},
                  {"other files passed over", print::grouped(result.other_files)},
                  {"faults", print::grouped(std::uint64_t{result.faults.size()}) +
                                 (result.complete ? "" : " and more")},
                  {"time", seconds + " s"}}});
  for (const ledger::TileFault& fault : result.faults) {
    printer.lines(ledger::describe(fault) + "\n");
  }
}

Result<ExitCode> verify_log_tiles(Context& context, const TilesVerifyOptions& options) {
  const auto begun = std::chrono::steady_clock::now();
  MUSTER_TRY_ASSIGN(const auto how, verify_options(options));
  auto printer = context.printer();
  MUSTER_TRY_ASSIGN(const auto result, verified_tiles(printer, options.folder, how));
  const std::string seconds = seconds_since(begun);
  const std::string_view form = looked_at_as(result, options.hashes_only);
  print_text(printer, result, form, seconds);
  printer.json({{"valid", result.good()},
                {"origin", result.checkpoint.origin},
                {"size", result.checkpoint.size.value},
                {"root", result.checkpoint.root.to_hex()},
                {"looked_at_as", form},
                {"entries", result.entries},
                {"hash_tiles", result.hash_tiles},
                {"bundles", result.bundles},
                {"blobs", result.blobs},
                {"other_signatures", result.other_signatures},
                {"leftovers", result.leftovers},
                {"beyond", result.beyond},
                {"other_files", result.other_files},
                {"other_names", result.other_names},
                {"seconds", seconds},
                {"complete", result.complete},
                {"faults", tile_faults_json(result.faults)}});
  return result.good() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_ledger_tiles_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& exported = context.keep<TilesExportOptions>();
  CLI::App& export_verb =
      add_verb(ledger, "export", "the log as a folder of tiles that any web server can serve",
               context, [&] { return export_log(context, exported); });
  export_verb.add_option("folder", exported.folder, "new, or of an earlier export")->required();
  export_verb.add_flag("--hashes-only", exported.hashes_only,
                       "checkpoint and hash tiles, without entries and manifests");
  export_verb.add_flag("--mend", exported.mend,
                       "look at all files of earlier exports too, and write what is gone");
  auto& verified = context.keep<TilesVerifyOptions>();
  CLI::App& verify_verb = add_verb(ledger, "verify-tiles", "recompute anybody's log of tiles",
                                   context, [&] { return verify_log_tiles(context, verified); });
  verify_verb.add_option("folder", verified.folder, "where the log's checkpoint lies")->required();
  verify_verb.add_option("--key", verified.key, "the log's verifier key")->required();
  verify_verb
      .add_option("--old-key", verified.old_keys,
                  "a verifier key that --since checkpoints may have instead; may be repeated")
      ->allow_extra_args(false);
  verify_verb.add_option("--policy", verified.policy,
                         "witnesses that must have cosigned the checkpoint (C2SP tlog-policy)");
  verify_verb.add_option("--origin", verified.origin, "the log's name, if it is not the key's");
  verify_verb
      .add_option("--since", verified.since,
                  "a checkpoint seen earlier, which the log must go on from; may be repeated")
      ->allow_extra_args(false);
  CLI::Option* const opaque =
      verify_verb.add_flag("--opaque", verified.opaque, "entries are any bytes");
  verify_verb.add_flag("--chained", verified.chained, "entries must be Muster's own")
      ->excludes(opaque);
  verify_verb.add_flag("--hashes-only", verified.hashes_only,
                       "look at checkpoint and hash tiles alone");
  verify_verb.add_option("--max-faults", verified.max_faults, "stop after so many faults");
}

}  // namespace muster::cli
