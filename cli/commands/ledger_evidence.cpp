// `ledger evidence`: what convicts a log's operator, found by comparing and judged by anyone.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/pair_evidence.hpp"
#include "ledger/base/file.hpp"
#include "ledger/contradiction.hpp"

namespace muster::cli {
namespace {

struct EvidenceCompareOptions {
  std::string one;
  std::string other;
  std::string key;
  std::string out;
};

struct EvidenceSearchOptions {
  std::string checkpoint;
  std::string receipt;
  std::string key;
  std::string out;
};

Result<ledger::VerifierKey> evidence_key(const std::string& text) {
  auto key = ledger::VerifierKey::parse(text);
  if (!key) return failure(std::move(key.error()).during("--key"));
  return key;
}

/// The text of a file without the newline that editors and `--out` put at its end.
Result<std::string> one_line_file(const std::string& path) {
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(path));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

Result<ledger::Conviction> convicted_by(const Result<ledger::Evidence>& evidence,
                                        const ledger::VerifierKey& key) {
  if (!evidence) return failure(evidence.error());
  return ledger::judge_evidence(*evidence, key);
}

std::string kind_in(const std::string& text) {
  const auto json = parse_json(text);
  const bool has_kind =
      json && json->is_object() && json->contains("kind") && json->at("kind").is_string();
  return has_kind ? json->at("kind").get<std::string>() : std::string();
}

Result<ExitCode> evidence_verify(Context& context, const PairEvidence& options) {
  MUSTER_TRY_ASSIGN(const std::string text, one_line_file(options.file));
  MUSTER_TRY_ASSIGN(const auto judged, judged_pair(context, kind_in(text), text, options));
  if (judged) return *judged;
  if (options.keys.size() != 1) {
    return failure(Errc::invalid_input, "--key: want the operator's verifier key, once");
  }
  MUSTER_TRY_ASSIGN(const auto key, evidence_key(options.keys.front()));
  const auto conviction = convicted_by(ledger::parse_evidence(text), key);
  auto printer = context.printer();
  if (!conviction) {
    const std::string& rule = conviction.error().rule;
    printer.paragraph("NOT SHOWN: " + conviction.error().message, print::Tone::bad);
    printer.json({{"convicts", false},
                  {"code", rule.empty() ? "evidence.unreadable" : rule},
                  {"reason", conviction.error().message},
                  {"kind", nullptr},
                  {"origin", nullptr},
                  {"shows", nullptr}});
    return ExitCode::negative;
  }
  printer.paragraph("This convicts the operator of " + conviction->origin + ".", print::Tone::good);
  printer.facts({"", {{"kind", conviction->kind}, {"shows", conviction->shows}}});
  printer.json({{"convicts", true},
                {"code", nullptr},
                {"reason", nullptr},
                {"kind", conviction->kind},
                {"origin", conviction->origin},
                {"shows", conviction->shows}});
  return ExitCode::done;
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

Result<ExitCode> evidence_compare(Context& context, const EvidenceCompareOptions& options) {
  MUSTER_TRY_ASSIGN(const auto key, evidence_key(options.key));
  MUSTER_TRY_ASSIGN(const std::string one, read_text_file(options.one));
  MUSTER_TRY_ASSIGN(const std::string other, read_text_file(options.other));
  MUSTER_TRY_ASSIGN(const auto found, ledger::compare_checkpoints(one, other, key));
  return tell_comparison(context, found, options.out);
}

Result<ledger::Comparison> searched(const ledger::LogCopy& copy, const ledger::VerifierKey& key,
                                    const EvidenceSearchOptions& options) {
  if (!options.checkpoint.empty()) {
    MUSTER_TRY_ASSIGN(const std::string held, read_text_file(options.checkpoint));
    return ledger::compare_with_held(copy, held, key);
  }
  if (options.receipt.empty()) return ledger::look_for_disorder(copy, key);
  MUSTER_TRY_ASSIGN(const std::string text, one_line_file(options.receipt));
  MUSTER_TRY_ASSIGN(const auto receipt, ledger::parse_receipt(text));
  return ledger::compare_with_receipt(copy, receipt, key);
}

Result<ExitCode> evidence_search(Context& context, const EvidenceSearchOptions& options) {
  MUSTER_TRY_ASSIGN(const auto key, evidence_key(options.key));
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const auto checkpoint, store->newest_checkpoint());
  if (!checkpoint) {
    return failure(Errc::unavailable, "searching: this copy of the log has no signed checkpoint");
  }
  MUSTER_TRY_ASSIGN(const auto found, searched({store.get(), *checkpoint}, key, options));
  return tell_comparison(context, found, options.out);
}

}  // namespace

void add_ledger_evidence_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  CLI::App& evidence = noun(ledger, "evidence", "what convicts a log's operator");
  auto& verified = context.keep<PairEvidence>();
  CLI::App& verify = add_verb(evidence, "verify", "judge evidence, without any registry", context,
                              [&] { return evidence_verify(context, verified); });
  verify.add_option("file", verified.file, "the evidence")->required();
  verify.add_option("--key", verified.keys, "of a log: its verifier key; again for further ones");
  verify.add_option("--party-key", verified.party_keys,
                    "of a party: its public key; again for further ones");
  auto& compared = context.keep<EvidenceCompareOptions>();
  CLI::App& compare = add_verb(evidence, "compare", "two signed checkpoints of one log", context,
                               [&] { return evidence_compare(context, compared); });
  compare.add_option("one", compared.one, "a signed checkpoint")->required();
  compare.add_option("other", compared.other, "another signed checkpoint")->required();
  compare.add_option("--key", compared.key, "the operator's verifier key")->required();
  compare.add_option("--out", compared.out, "a new file for the evidence; else print it");
  auto& sought = context.keep<EvidenceSearchOptions>();
  CLI::App& search = add_verb(evidence, "search",
                              "compare this copy of the log with what you hold, or else its times",
                              context, [&] { return evidence_search(context, sought); });
  auto* held = search.add_option("--checkpoint", sought.checkpoint, "a signed checkpoint you kept");
  search.add_option("--receipt", sought.receipt, "a receipt you kept")->excludes(held);
  search.add_option("--key", sought.key, "the operator's verifier key")->required();
  search.add_option("--out", sought.out, "a new file for the evidence; else print it");
}

}  // namespace muster::cli
