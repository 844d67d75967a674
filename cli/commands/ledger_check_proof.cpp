// `ledger check-proof`: what a proof in a file shows to whoever has the log's key.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/document_limit.hpp"
#include "cli/entry_json.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"
#include "cli/state_proof_verdict.hpp"
#include "ledger/base/file.hpp"
#include "ledger/growth_proof.hpp"
#include "ledger/receipt.hpp"
#include "registry/proof/state_proof.hpp"

namespace muster::cli {
namespace {

struct ProofCheckOptions {
  std::string file;
  std::string key;
  std::string entry_file;
  std::string since_file;
  std::string policy_file;
};

/// What a proof that holds shows: an entry in the log, or that a log was continued.
struct ShownProof {
  ledger::Checkpoint checkpoint;
  std::optional<ledger::LogIndex> index{};
  Bytes entry{};
  std::optional<ledger::Checkpoint> since{};
  std::string note{};  ///< The signed checkpoint.
};

/// A proof and what is needed to judge it, all read.
struct ProofEvidence {
  std::string text;
  std::optional<Bytes> entry{};
  std::optional<std::string> since{};
};

constexpr std::string_view tlog_proof_start = "c2sp.org/tlog-proof@";
constexpr std::string_view growth_start = "old ";

Result<ShownProof> judged_receipt(const ProofEvidence& evidence, const ledger::VerifierKey& key) {
  std::string_view line = evidence.text;
  if (line.ends_with('\n')) line.remove_suffix(1);
  MUSTER_TRY_ASSIGN(const ledger::Receipt receipt, ledger::parse_receipt(line));
  MUSTER_TRY_ASSIGN(const auto facts, ledger::verify_receipt(receipt, key));
  return ShownProof{facts.checkpoint, facts.entry.index, receipt.entry, std::nullopt,
                    receipt.proof.checkpoint};
}

Result<ShownProof> judged_proof(const ProofEvidence& evidence, const ledger::VerifierKey& key) {
  MUSTER_TRY_ASSIGN(const auto proof, ledger::parse_tlog_proof(evidence.text));
  MUSTER_TRY_ASSIGN(const auto checkpoint, ledger::verify_checkpoint(proof.checkpoint, key));
  const Hash leaf = ledger::leaf_hash(*evidence.entry);
  if (!ledger::inclusion_verifies(leaf, proof.index, checkpoint.head(), proof.hashes)) {
    return refusal("receipt.proof", "does not lead from this entry to the checkpoint's root");
  }
  return ShownProof{checkpoint, proof.index, *evidence.entry, std::nullopt, proof.checkpoint};
}

Result<ShownProof> judged_growth(const ProofEvidence& evidence, const ledger::VerifierKey& key) {
  MUSTER_TRY_ASSIGN(const auto proof, ledger::parse_growth_proof(evidence.text));
  MUSTER_TRY_ASSIGN(const auto growth, ledger::verify_growth(proof, *evidence.since, key));
  return ShownProof{growth.after, std::nullopt, {}, growth.before, proof.checkpoint};
}

/// The proof itself, in the one spelling that it has: what a server answers, or `chip prove --json`
/// printed, has it as a member, and perhaps in another.
std::string unwrapped(std::string text) {
  auto json = parse_json(text);
  if (!json || !json->is_object()) return text;
  const auto is_around = [](const Json& one) {
    return one.contains("proof") && one["proof"].is_object() && !one.contains("v") &&
           !one.contains("checkpoint");
  };
  while (is_around(*json)) *json = Json((*json)["proof"]);
  return canonical_json(*json) + "\n";
}

Result<ProofEvidence> read_evidence(const ProofCheckOptions& options) {
  ProofEvidence evidence;
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(options.file, max_document_bytes));
  evidence.text = unwrapped(std::move(text));
  if (!options.entry_file.empty()) {
    MUSTER_TRY_ASSIGN(evidence.entry, read_file(options.entry_file));
  }
  if (!options.since_file.empty()) {
    MUSTER_TRY_ASSIGN(evidence.since, read_text_file(options.since_file, max_document_bytes));
  }
  return evidence;
}

Json checkpoint_json(const ledger::Checkpoint& checkpoint) {
  return {{"origin", checkpoint.origin},
          {"size", checkpoint.size.value},
          {"root", checkpoint.root.to_hex()}};
}

/// ProofEvidence that cannot be read proves nothing, and that is the answer.
ExitCode print_refused(Context& context, const Error& error) {
  auto printer = context.printer();
  printer.paragraph("NOT PROVEN: " + error.message, print::Tone::bad);
  printer.json({{"valid", false},
                {"code", error.rule.empty() ? "receipt.unreadable" : error.rule},
                {"reason", error.message},
                {"entry", nullptr},
                {"since", nullptr},
                {"checkpoint", nullptr}});
  return ExitCode::negative;
}

ExitCode print_shown(Context& context, const ShownProof& shown) {
  const Json entry = shown.index ? entry_json(*shown.index, shown.entry) : Json(nullptr);
  print::Facts facts{"", {{"log", shown.checkpoint.origin}}};
  if (shown.index) {
    facts.rows.push_back({"entry", print::grouped(shown.index->value)});
    if (entry["statement"].is_string()) {
      facts.rows.push_back({"accepted", entry["accepted_at"].get<std::string>()});
      facts.rows.push_back({"statement", entry["statement"].get<std::string>()});
    }
  } else {
    facts.rows.push_back({"continued from", print::grouped(shown.since->size.value)});
  }
  facts.rows.push_back(
      {shown.index ? "of the log's first" : "to", print::grouped(shown.checkpoint.size.value)});
  facts.rows.push_back({"root", shown.checkpoint.root.to_hex()});
  auto printer = context.printer();
  printer.paragraph(shown.index ? "The entry is in the log." : "The log only grew.",
                    print::Tone::good);
  printer.facts(facts);
  printer.json({{"valid", true},
                {"code", nullptr},
                {"reason", nullptr},
                {"entry", entry},
                {"since", shown.since ? checkpoint_json(*shown.since) : Json(nullptr)},
                {"checkpoint", checkpoint_json(shown.checkpoint)}});
  return ExitCode::done;
}

/// Errors: `checkpoint.policy` when the witnesses that are wanted did not cosign.
Result<void> check_witnesses(const ShownProof& shown, const ledger::VerifierKey& key,
                             const std::optional<ledger::Policy>& policy) {
  if (!policy) return {};
  MUSTER_TRY_ASSIGN(const auto verdict, ledger::accepts(shown.note, *policy, &key));
  if (verdict.accepted()) return {};
  return refusal("checkpoint.policy", verdict.missing);
}

Result<ExitCode> check_proof(Context& context, const ProofCheckOptions& options) {
  MUSTER_TRY_ASSIGN(const ProofEvidence evidence, read_evidence(options));
  auto key = ledger::VerifierKey::parse(options.key);
  if (!key) return failure(std::move(key.error()).during("--key"));
  std::optional<ledger::Policy> policy;
  if (!options.policy_file.empty()) {
    MUSTER_TRY_ASSIGN(policy, read_policy(options.policy_file));
  }
  if (registry::looks_like_state_proof(evidence.text)) {
    return judge_state_proof(context, evidence.text, *key, policy);
  }
  const bool is_proof = evidence.text.starts_with(tlog_proof_start);
  const bool is_growth = evidence.text.starts_with(growth_start);
  if (is_proof && !evidence.entry) {
    return failure(Errc::invalid_input, options.file +
                                            ": a proof without its entry: name the file with the "
                                            "entry's bytes by --entry");
  }
  if (is_growth && !evidence.since) {
    return failure(Errc::invalid_input, options.file +
                                            ": a consistency proof: name the file with the older "
                                            "checkpoint by --since");
  }
  const auto judge = is_proof ? judged_proof : is_growth ? judged_growth : judged_receipt;
  const auto shown = judge(evidence, *key);
  if (!shown) return print_refused(context, shown.error());
  const auto witnessed = check_witnesses(*shown, *key, policy);
  return witnessed ? print_shown(context, *shown) : print_refused(context, witnessed.error());
}

}  // namespace

void add_ledger_check_proof_command(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& options = context.keep<ProofCheckOptions>();
  CLI::App& verb = add_verb(ledger, "check-proof", "judge a receipt or proof, without any registry",
                            context, [&] { return check_proof(context, options); });
  verb.add_option("file", options.file,
                  "a receipt, a C2SP tlog-proof, a consistency proof, or one of a chip's state or "
                  "a roster")
      ->required();
  verb.add_option("--key", options.key, "the log's verifier key, as `ledger head` shows it")
      ->required();
  verb.add_option("--entry", options.entry_file, "the entry's bytes, for a proof without them");
  verb.add_option("--policy", options.policy_file, "witnesses that must have cosigned");
  verb.add_option("--since", options.since_file, "the older checkpoint, for a consistency proof");
}

}  // namespace muster::cli
