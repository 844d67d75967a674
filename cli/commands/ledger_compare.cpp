// `ledger compare`: two checkpoints of one log: one history, or two?

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/pair_facts.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/evidence.hpp"
#include "ledger/growth_proof.hpp"
#include "ledger/tiles/tiled_log.hpp"

namespace muster::cli {
namespace {

using ledger::CheckpointRelation;

struct CompareOptions {
  std::string one;
  std::string other;
  std::vector<std::string> keys;
  std::string proof;
  std::string tiles;
  std::string file;
};

/// What a comparison says, and by which pair.
struct Compared {
  ledger::CheckpointPair pair;
  ledger::PairFacts facts;
  bool refuted = false;  ///< The proof that was given does not connect them.
};

Result<ledger::Proof> proof_in(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, ledger::max_note_bytes));
  // What `ledger consistency` writes, or its hashes alone.
  if (auto growth = ledger::parse_growth_proof(text)) return std::move(growth->hashes);
  std::string_view rest = text;
  ledger::Proof proof;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto bytes = bytes_from_base64(rest.substr(0, end));
    auto hash = bytes ? Hash::from_bytes(*bytes) : Result<Hash>(failure(bytes.error()));
    if (!hash) {
      return failure(
          std::move(hash).error().during(file + ", line " + std::to_string(proof.size() + 1)));
    }
    proof.push_back(*hash);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return proof;
}

/// How the second begins, by all that is given: a proof, or else a copy of the log. What is written
/// in evidence stands for itself.
Result<std::optional<ledger::PrefixRoot>> prefix_given(Context& context,
                                                       const ledger::CheckpointPair& pair,
                                                       const CompareOptions& options) {
  if (pair.prefix) return pair.prefix;
  if (!options.proof.empty()) {
    MUSTER_TRY_ASSIGN(const auto first, ledger::parse_checkpoint(pair.first));
    MUSTER_TRY_ASSIGN(auto proof, proof_in(options.proof));
    return std::optional(ledger::PrefixRoot{first.root, std::move(proof)});
  }
  if (!options.tiles.empty()) {
    MUSTER_TRY_ASSIGN(auto log, ledger::TiledLog::open(ledger::folder_source(options.tiles)));
    return log.prefix(pair);
  }
  if (context.options().registry.empty()) return std::optional<ledger::PrefixRoot>();
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  return ledger::prefix_by_log(*store, pair);
}

/// What cannot be read, or is not signed by the log, says nothing about it.
ExitCode says_nothing(Context& context, const Error& error) {
  auto printer = context.printer();
  printer.paragraph("NO ANSWER: " + error.message, print::Tone::bad);
  Json json = {{"origin", nullptr},
               {"code", error.rule.empty() ? "evidence.unreadable" : error.rule},
               {"reason", error.message},
               {"evidence", nullptr}};
  add_pair(json, nullptr);
  printer.json(json);
  return ExitCode::negative;
}

/// The pair in two files, or in one of evidence, such as a witness keeps.
Result<ledger::CheckpointPair> pair_in(const CompareOptions& options, const std::string& one,
                                       const std::string& other) {
  if (!options.other.empty()) {
    auto first = ledger::parse_checkpoint(one);
    if (!first) return failure(std::move(first.error()).during(options.one));
    auto second = ledger::parse_checkpoint(other);
    if (!second) return failure(std::move(second.error()).during(options.other));
    return ledger::pair_of_checkpoints(one, other);
  }
  auto evidence = ledger::parse_evidence(one);
  if (!evidence) return failure(std::move(evidence.error()).during(options.one));
  if (auto* const pair = std::get_if<ledger::CheckpointPair>(&*evidence)) return std::move(*pair);
  return failure(Errc::invalid_input, options.one + ": got evidence of the kind " +
                                          std::string(ledger::evidence_kind(*evidence)) +
                                          ", want two checkpoints, or the kind fork");
}

/// The pair as it stands to each other, first by itself and then with what connects it.
Result<Compared> compared(ledger::CheckpointPair pair, std::span<const ledger::VerifierKey> keys,
                          std::optional<ledger::PrefixRoot> prefix) {
  pair.prefix.reset();
  MUSTER_TRY_ASSIGN(auto facts, ledger::judge_pair(pair, keys));
  Compared result{std::move(pair), std::move(facts)};
  if (!prefix || result.facts.relation != CheckpointRelation::unconnected) return result;
  result.pair.prefix = std::move(prefix);
  auto connected = ledger::judge_pair(result.pair, keys);
  result.refuted = !connected && connected.error().rule == "evidence.proof";
  if (!connected && !result.refuted) return failure(connected.error());
  if (connected) result.facts = std::move(*connected);
  return result;
}

/// Writes a fork down, once. The file's name.
Result<std::string> kept_fork(const ledger::CheckpointPair& pair, const std::string& file) {
  const std::string name = file.empty() ? ledger::evidence_file_name(pair) : file;
  auto written = create_file(name, as_bytes(ledger::encode_evidence(pair) + "\n"));
  const bool known = !written && written.error().code == Errc::conflict && file.empty();
  if (!known) MUSTER_TRY(written);
  return name;
}

Result<ExitCode> tell_relation(Context& context, const Compared& result, const std::string& file) {
  const CheckpointRelation relation = result.facts.relation;
  const bool is_fork = relation == CheckpointRelation::fork;
  Json evidence;
  if (is_fork && !context.options().dry_run) {
    MUSTER_TRY_ASSIGN(evidence, kept_fork(result.pair, file));
  }
  auto printer = context.printer();
  print_pair(printer, result.facts);
  const std::string reason = "the proof that was given does not connect them";
  if (result.refuted) printer.paragraph("NOT SHOWN: " + reason, print::Tone::bad);
  if (is_fork && evidence.is_null()) {
    printer.raw("\n" + ledger::encode_evidence(result.pair) + "\n");
  } else if (is_fork) {
    printer.facts({"", {{"evidence", evidence.get<std::string>()}}});
  }
  Json json = {{"origin", result.facts.first.origin},
               {"code", result.refuted ? Json("compare.proof") : Json(nullptr)},
               {"reason", result.refuted ? Json(reason) : Json(nullptr)},
               {"evidence", std::move(evidence)}};
  add_pair(json, &result.facts);
  printer.json(json);
  if (is_fork || result.refuted) return ExitCode::negative;
  return relation == CheckpointRelation::unconnected ? ExitCode::no_answer : ExitCode::done;
}

Result<ExitCode> compare(Context& context, const CompareOptions& options) {
  const bool has_two = !options.other.empty();
  const std::size_t most = has_two ? ledger::max_note_bytes : ledger::max_evidence_bytes;
  MUSTER_TRY_ASSIGN(const std::string one, read_text_file(options.one, most + 1));
  std::string other;
  if (has_two) {
    MUSTER_TRY_ASSIGN(other, read_text_file(options.other, most + 1));
  }
  MUSTER_TRY_ASSIGN(const auto keys, log_keys(options.keys));
  const auto pair = pair_in(options, one, other);
  if (!pair) return says_nothing(context, pair.error());
  MUSTER_TRY_ASSIGN(auto prefix, prefix_given(context, *pair, options));
  const auto result = compared(*pair, keys, std::move(prefix));
  if (!result) return says_nothing(context, result.error());
  return tell_relation(context, *result, options.file);
}

}  // namespace

void add_ledger_compare_command(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& compared = context.keep<CompareOptions>();
  CLI::App& compare_verb = add_verb(ledger, "compare", "two checkpoints: one history, or two?",
                                    context, [&] { return compare(context, compared); });
  compare_verb.add_option("one", compared.one, "a signed checkpoint, or evidence of two")
      ->required();
  compare_verb.add_option("other", compared.other, "another checkpoint");
  compare_verb.add_option("--key", compared.keys, "the log's verifier key; again for further ones")
      ->required()
      ->allow_extra_args(false);
  compare_verb.add_option("--proof", compared.proof,
                          "what `ledger consistency` wrote, or its hashes, one a line");
  compare_verb.add_option("--tiles", compared.tiles,
                          "a folder that `ledger export` made, to connect them by");
  compare_verb.add_option("--out", compared.file, "a new file for the evidence of a fork");
}

}  // namespace muster::cli
