// `ledger evidence`: what convicts a log's operator, found by comparing and judged by anyone.

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/note_verdict.hpp"
#include "cli/pair_facts.hpp"
#include "cli/party_evidence.hpp"
#include "ledger/base/file.hpp"
#include "ledger/contradiction.hpp"

namespace muster::cli {
namespace {

struct EvidenceVerifyOptions {
  std::string file;
  std::vector<std::string> keys;
  std::vector<std::string> party_keys;
  EvidenceLog log;
};

struct EvidenceSearchOptions {
  std::string checkpoint;
  std::string receipt;
  std::vector<std::string> keys;
  std::string out;
};

/// The text of a file without the newline that editors and `--out` put at its end.
Result<std::string> one_line_file(const std::string& path) {
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(path));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string kind_in(const std::string& text) {
  const auto json = parse_json(text);
  const bool has_kind =
      json && json->is_object() && json->contains("kind") && json->at("kind").is_string();
  return has_kind ? json->at("kind").get<std::string>() : std::string();
}

/// Evidence that could be read, and what it shows.
struct Judged {
  std::optional<ledger::PairFacts> pair;  ///< Of two checkpoints, where both are the log's.
  Result<ledger::Conviction> conviction;
};

Judged judged_by(const std::string& text, std::span<const ledger::VerifierKey> keys) {
  const auto evidence = ledger::parse_evidence(text);
  if (!evidence) return {std::nullopt, failure(evidence.error())};
  Judged judged{std::nullopt, ledger::judge_evidence(*evidence, keys)};
  if (const auto* const pair = std::get_if<ledger::CheckpointPair>(&*evidence)) {
    if (auto facts = ledger::judge_pair(*pair, keys)) judged.pair = std::move(*facts);
  }
  return judged;
}

Result<ExitCode> evidence_verify(Context& context, const EvidenceVerifyOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, one_line_file(options.file));
  if (kind_in(text) == "number-reused") {
    return judged_number_reuse(context, text, options.party_keys);
  }
  MUSTER_TRY_ASSIGN(const auto keys, log_keys(options.keys));
  if (keys.empty()) {
    return failure(Errc::invalid_input, "--key: want the operator's verifier key");
  }
  if (ledger::is_note_evidence_kind(kind_in(text))) {
    return judged_note_evidence(context, text, keys, options.log);
  }
  const Judged judged = judged_by(text, keys);
  const auto& conviction = judged.conviction;
  auto printer = context.printer();
  printer.paragraph(conviction ? "This convicts the operator of " + conviction->origin + "."
                               : "NOT SHOWN: " + conviction.error().message,
                    conviction ? print::Tone::good : print::Tone::bad);
  if (conviction) {
    printer.facts({"", {{"kind", conviction->kind}, {"shows", conviction->shows}}});
  }
  if (judged.pair) print_pair(printer, *judged.pair);
  printer.json(conviction_json(judged.conviction, judged.pair ? &*judged.pair : nullptr));
  if (conviction) return ExitCode::done;
  const bool is_open = conviction.error().rule == "evidence.unconnected";
  return is_open ? ExitCode::no_answer : ExitCode::negative;
}

/// Prints what a comparison found and writes its evidence to the new file `out`, or prints it.
Result<ExitCode> tell_comparison(Context& context, const ledger::Comparison& found,
                                 const std::string& out) {
  using Outcome = ledger::Comparison::Outcome;
  auto printer = context.printer();
  const bool convicts = found.outcome == Outcome::contradicts;
  const std::string text = convicts ? ledger::encode_evidence(*found.evidence) : std::string();
  const bool writes = convicts && !out.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(out, as_bytes(text + "\n")));
  const char* const word = convicts                            ? "contradicts"
                           : found.outcome == Outcome::unknown ? "unknown"
                                                               : "agrees";
  printer.paragraph((convicts                            ? "CONTRADICTION: "
                     : found.outcome == Outcome::unknown ? "Cannot tell: "
                                                         : "No contradiction: ") +
                        found.why,
                    convicts ? print::Tone::bad : print::Tone::plain);
  if (writes) printer.facts({"", {{"evidence", out}}});
  if (convicts && !writes) printer.raw("\n" + text + "\n");
  printer.json({{"outcome", word},
                {"why", found.why},
                {"file", writes ? Json(out) : Json(nullptr)},
                {"evidence", convicts ? parse_json(text).value_or(Json()) : Json(nullptr)}});
  if (convicts) return ExitCode::negative;
  return found.outcome == Outcome::unknown ? ExitCode::no_answer : ExitCode::done;
}

Result<ledger::Comparison> searched(const ledger::LogCopy& copy,
                                    std::span<const ledger::VerifierKey> keys,
                                    const EvidenceSearchOptions& options) {
  if (!options.checkpoint.empty()) {
    MUSTER_TRY_ASSIGN(const std::string held, read_checkpoint_file(options.checkpoint));
    return ledger::compare_with_held(copy, held, keys);
  }
  if (options.receipt.empty()) return ledger::look_for_disorder(copy, keys);
  MUSTER_TRY_ASSIGN(const std::string text, one_line_file(options.receipt));
  auto receipt = ledger::parse_receipt(text);
  if (!receipt) return failure(std::move(receipt.error()).during(options.receipt));
  return ledger::compare_with_receipt(copy, *receipt, keys);
}

Result<ExitCode> evidence_search(Context& context, const EvidenceSearchOptions& options) {
  MUSTER_TRY_ASSIGN(const auto keys, log_keys(options.keys));
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const auto checkpoint, store->newest_checkpoint());
  if (!checkpoint) {
    return failure(Errc::unavailable, "searching: this copy of the log has no signed checkpoint");
  }
  MUSTER_TRY_ASSIGN(const auto found, searched({store.get(), *checkpoint}, keys, options));
  return tell_comparison(context, found, options.out);
}

}  // namespace

void add_ledger_evidence_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  CLI::App& evidence = noun(ledger, "evidence", "what convicts a log's operator");
  auto& verified = context.keep<EvidenceVerifyOptions>();
  CLI::App& verify = add_verb(evidence, "verify", "judge evidence, without any registry", context,
                              [&] { return evidence_verify(context, verified); });
  verify.add_option("file", verified.file, "the evidence")->required();
  verify.add_option("--key", verified.keys, "of a log: its verifier key; again for further ones")
      ->allow_extra_args(false);
  verify
      .add_option("--party-key", verified.party_keys,
                  "of a party: its public key; again for further ones")
      ->allow_extra_args(false);
  verify.add_option("--tiles", verified.log.tiles,
                    "an exported log, where the entries decide; else the registry's");
  verify
      .add_option("--blob", verified.log.blobs,
                  "a manifest that a refused statement names; again for further ones")
      ->allow_extra_args(false);
  auto& sought = context.keep<EvidenceSearchOptions>();
  CLI::App& search = add_verb(evidence, "search",
                              "compare this copy of the log with what you hold, or else its times",
                              context, [&] { return evidence_search(context, sought); });
  auto* held = search.add_option("--checkpoint", sought.checkpoint, "a signed checkpoint you kept");
  search.add_option("--receipt", sought.receipt, "a receipt you kept")->excludes(held);
  search.add_option("--key", sought.keys, "the operator's verifier key; again for further ones")
      ->required()
      ->allow_extra_args(false);
  search.add_option("--out", sought.out, "a new file for the evidence; else print it");
}

}  // namespace muster::cli
