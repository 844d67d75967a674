// `ledger compare`: two views of one log; and evidence that is a pair of documents.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/pair_evidence.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/growth_proof.hpp"
#include "ledger/split_view.hpp"
#include "registry/number_reuse.hpp"

namespace muster::cli {
namespace {

using ledger::CheckpointRelation;

struct CompareOptions {
  std::string one;
  std::string other;
  std::vector<std::string> keys;
  std::string proof;
  std::string file;
};

Result<std::vector<ledger::VerifierKey>> log_keys(const std::vector<std::string>& texts) {
  std::vector<ledger::VerifierKey> keys;
  for (const std::string& text : texts) {
    auto key = ledger::VerifierKey::parse(text);
    if (!key) return failure(std::move(key).error().during("--key"));
    keys.push_back(std::move(*key));
  }
  return keys;
}

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

const char* relation_name(CheckpointRelation relation) {
  switch (relation) {
    case CheckpointRelation::equal:
      return "equal";
    case CheckpointRelation::consistent:
      return "consistent";
    case CheckpointRelation::fork:
      return "fork";
    case CheckpointRelation::unconnected:
      break;
  }
  return "unconnected";
}

void print_relation(print::Printer& printer, const ledger::SplitViewFacts& facts) {
  switch (facts.relation) {
    case CheckpointRelation::equal:
      return printer.paragraph("The same view of the log.", print::Tone::good);
    case CheckpointRelation::consistent:
      return printer.paragraph("One history: the second goes on from the first.",
                               print::Tone::good);
    case CheckpointRelation::fork:
      return printer.paragraph("FORK: whoever signs for this log signed two histories.",
                               print::Tone::bad);
    case CheckpointRelation::unconnected:
      return printer.paragraph(
          "Not connected: nothing shows yet that these are one history, or two. The log owes a "
          "consistency proof (--proof); whoever has a copy of the log (--registry) can look.",
          print::Tone::warn);
  }
}

Json head_json(const ledger::Checkpoint& checkpoint) {
  return {{"size", checkpoint.size.value}, {"root", checkpoint.root.to_hex()}};
}

Json relation_json(const ledger::SplitViewFacts& facts) {
  return {{"relation", relation_name(facts.relation)},
          {"origin", facts.first.origin},
          {"first", head_json(facts.first)},
          {"second", head_json(facts.second)},
          {"code", nullptr},
          {"reason", nullptr}};
}

void print_heads(print::Printer& printer, const ledger::SplitViewFacts& facts) {
  print::Table table{facts.first.origin,
                     {{"checkpoint"}, print::number_column("entries"), print::id_column("root")},
                     {}};
  for (const auto& [name, checkpoint] :
       {std::pair{"first", &facts.first}, std::pair{"second", &facts.second}}) {
    table.rows.push_back({name, print::grouped(checkpoint->size.value), checkpoint->root.to_hex()});
  }
  printer.table(table);
}

/// What cannot be read, or is not signed by the log, says nothing about it.
ExitCode says_nothing(Context& context, const Error& error) {
  auto printer = context.printer();
  printer.paragraph("NO EVIDENCE: " + error.message, print::Tone::bad);
  printer.json({{"valid", false},
                {"relation", nullptr},
                {"code", error.rule.empty() ? "evidence.unreadable" : error.rule},
                {"reason", error.message}});
  return ExitCode::negative;
}

/// The pair with all that is given to connect it: a proof, or else a copy of the log.
Result<ledger::SplitView> connected(Context& context, ledger::SplitView view,
                                    const CompareOptions& options) {
  MUSTER_TRY_ASSIGN(const auto first, ledger::parse_checkpoint(view.first));
  if (!options.proof.empty()) {
    MUSTER_TRY_ASSIGN(auto proof, proof_in(options.proof));
    view.beginning = ledger::TreeBeginning{first.root, std::move(proof)};
    return view;
  }
  if (context.options().registry.empty()) return view;
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(view.beginning, ledger::beginning_by_log(*store, view));
  return view;
}

/// Writes a fork down, once. The file's name.
Result<std::string> kept_fork(const ledger::SplitView& view, const std::string& file) {
  const std::string name = file.empty() ? ledger::split_view_file_name(view) : file;
  auto written = create_file(name, as_bytes(ledger::encode_split_view(view) + "\n"));
  const bool known = !written && written.error().code == Errc::conflict && file.empty();
  if (!known) MUSTER_TRY(written);
  return name;
}

Result<ExitCode> compare(Context& context, const CompareOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string one, read_text_file(options.one, ledger::max_note_bytes + 1));
  MUSTER_TRY_ASSIGN(const std::string other,
                    read_text_file(options.other, ledger::max_note_bytes + 1));
  MUSTER_TRY_ASSIGN(const auto keys, log_keys(options.keys));
  auto pair = ledger::split_view_of(one, other);
  if (!pair) return says_nothing(context, pair.error());
  MUSTER_TRY_ASSIGN(const auto view, connected(context, std::move(*pair), options));
  const auto facts = ledger::verify_split_view(view, keys);
  if (!facts) return says_nothing(context, facts.error());
  auto printer = context.printer();
  Json json = relation_json(*facts);
  json["evidence"] = nullptr;
  print_relation(printer, *facts);
  print_heads(printer, *facts);
  if (facts->relation == CheckpointRelation::fork && !context.options().dry_run) {
    MUSTER_TRY_ASSIGN(const std::string file, kept_fork(view, options.file));
    printer.facts({"", {{"evidence", file}}});
    json["evidence"] = file;
  }
  const bool refuted = facts->relation == CheckpointRelation::unconnected && !options.proof.empty();
  if (refuted) {
    printer.paragraph("The proof that was given does not connect them.", print::Tone::bad);
    json["code"] = "compare.proof";
    json["reason"] = "the proof that was given does not connect them";
  }
  printer.json(json);
  if (facts->relation == CheckpointRelation::fork || refuted) return ExitCode::negative;
  return facts->relation == CheckpointRelation::unconnected ? ExitCode::no_answer : ExitCode::done;
}

Result<ExitCode> judge_split_view(Context& context, const std::string& text,
                                  const PairEvidence& options) {
  MUSTER_TRY_ASSIGN(const auto keys, log_keys(options.keys));
  if (keys.empty()) {
    return failure(Errc::invalid_input, "split view: want --key, the log's verifier key");
  }
  const auto view = ledger::parse_split_view(text);
  if (!view) return says_nothing(context, view.error());
  const auto facts = ledger::verify_split_view(*view, keys);
  if (!facts) return says_nothing(context, facts.error());
  auto printer = context.printer();
  Json json = relation_json(*facts);
  json["kind"] = "split-view";
  json["valid"] = facts->relation == CheckpointRelation::fork;
  print_relation(printer, *facts);
  print_heads(printer, *facts);
  printer.json(json);
  if (facts->relation == CheckpointRelation::fork) return ExitCode::done;
  const bool open = facts->relation == CheckpointRelation::unconnected;
  return open ? ExitCode::no_answer : ExitCode::negative;
}

/// Whether the caller says that both keys are the party's; one key alone needs nobody's word.
Result<bool> keys_are_known(const registry::NumberReuse& reuse, const PairEvidence& options) {
  bool first = false;
  bool second = false;
  for (const std::string& text : options.party_keys) {
    auto key = crypto::PublicKey::parse(text);
    if (!key) return failure(std::move(key).error().during("--party-key"));
    first = first || *key == reuse.first_key;
    second = second || *key == reuse.second_key;
  }
  return first && second;
}

Result<ExitCode> judge_number_reuse(Context& context, const std::string& text,
                                    const PairEvidence& options) {
  const auto reuse = registry::parse_number_reuse(text);
  if (!reuse) return says_nothing(context, reuse.error());
  const auto facts = registry::verify_number_reuse(*reuse);
  if (!facts) return says_nothing(context, facts.error());
  MUSTER_TRY_ASSIGN(const bool known, keys_are_known(*reuse, options));
  const bool shown = options.party_keys.empty() ? facts->one_key : known;
  const std::string key = reuse->second_key.text();
  auto printer = context.printer();
  if (shown) {
    printer.paragraph(
        "CONTRADICTION: the holder of this key signed two statements under one number.",
        print::Tone::bad);
  } else {
    printer.paragraph(
        "Two statements under one number, but that the keys are the party's is not "
        "shown here: give them by --party-key, as the ledger has them.",
        print::Tone::warn);
  }
  printer.facts({"",
                 {{"log", facts->origin},
                  {"party", facts->org},
                  {"stream", facts->stream},
                  {"number", print::grouped(facts->number)},
                  {"recorded, entry " + std::to_string(reuse->index.value), facts->first.to_hex()},
                  {"refused", facts->second.to_hex()},
                  {"key", key},
                  {"one key for both", facts->one_key ? "yes" : "no"}}});
  printer.json({{"kind", "number-reused"},
                {"valid", shown},
                {"origin", facts->origin},
                {"org", facts->org},
                {"stream", facts->stream},
                {"number", facts->number},
                {"index", reuse->index.value},
                {"first", facts->first.to_hex()},
                {"second", facts->second.to_hex()},
                {"first_key", reuse->first_key.text()},
                {"second_key", key},
                {"one_key", facts->one_key},
                {"code", nullptr},
                {"reason", nullptr}});
  return shown ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

Result<std::optional<ExitCode>> judged_pair(Context& context, const std::string& kind,
                                            const std::string& text, const PairEvidence& given) {
  if (kind == "split-view") {
    MUSTER_TRY_ASSIGN(const ExitCode code, judge_split_view(context, text, given));
    return std::optional(code);
  }
  if (kind == "number-reused") {
    MUSTER_TRY_ASSIGN(const ExitCode code, judge_number_reuse(context, text, given));
    return std::optional(code);
  }
  return std::optional<ExitCode>();
}

void add_ledger_compare_command(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& compared = context.keep<CompareOptions>();
  CLI::App& compare_verb = add_verb(ledger, "compare", "two checkpoints: one history, or two?",
                                    context, [&] { return compare(context, compared); });
  compare_verb.add_option("one", compared.one, "a signed checkpoint")->required();
  compare_verb.add_option("other", compared.other, "another one")->required();
  compare_verb.add_option("--key", compared.keys, "the log's verifier key; again for further ones")
      ->required();
  compare_verb.add_option("--proof", compared.proof,
                          "what `ledger consistency` wrote, or its hashes, one a line");
  compare_verb.add_option("--out", compared.file, "a new file for the evidence of a fork");
}

}  // namespace muster::cli
