// `ledger head`, `entry`, `prove` and `check-proof`: the log as it is, and proofs about it.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/receipt.hpp"

namespace muster::cli {
namespace {

struct EntryOptions {
  std::uint64_t index = 0;
  std::string file;
};

struct ProofOptions {
  std::string file;
  std::string key;
};

Result<ExitCode> head(Context& context) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store->head());
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context));
  MUSTER_TRY_ASSIGN(const auto checkpoint, current_checkpoint(context, *store));
  const Json key = keeper ? Json(keeper->verifier_key().to_string()) : Json(nullptr);
  auto printer = context.printer();
  printer.facts(
      {"",
       {{"entries", print::grouped(tree.size.value)},
        {"root", tree.root.to_hex()},
        {"verifier key", keeper ? key.get<std::string>() : "the operator's key is not here"}}});
  if (checkpoint) printer.raw("\n" + *checkpoint);
  printer.json({{"size", tree.size.value},
                {"root", tree.root.to_hex()},
                {"checkpoint", checkpoint ? Json(*checkpoint) : Json(nullptr)},
                {"verifier_key", key}});
  return ExitCode::done;
}

Json signers_json(const ledger::Envelope& envelope) {
  Json ids = Json::array();
  for (const auto& signature : envelope.signatures) ids.push_back(signature.keyid.text());
  return ids;
}

Json entry_json(const ledger::Entry& entry, const Hash& leaf) {
  return {{"index", entry.index.value},
          {"accepted_at", entry.accepted_at.to_string()},
          {"previous", entry.previous.to_hex()},
          {"leaf", leaf.to_hex()},
          {"statement", ledger::statement_hash(entry.envelope).to_hex()},
          {"payload_type", entry.envelope.payload_type},
          {"payload", parse_json(entry.envelope.payload).value_or(Json())},
          {"key_ids", signers_json(entry.envelope)}};
}

Result<ledger::Entry> entry_at(ledger::Store& store, std::uint64_t index) {
  MUSTER_TRY_ASSIGN(const auto bytes, store.read({index}, 1));
  if (!bytes.empty()) return ledger::parse_entry(bytes.front());
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store.head());
  return failure(Errc::not_found, "entry " + std::to_string(index) + ": the log has " +
                                      print::counted(tree.size.value, "entry", "entries"));
}

Result<ExitCode> show_entry(Context& context, const EntryOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const ledger::Entry entry, entry_at(*store, options.index));
  const Json json = entry_json(entry, ledger::leaf_hash(as_bytes(ledger::encode_entry(entry))));
  auto printer = context.printer();
  printer.facts({"",
                 {{"entry", print::grouped(entry.index.value)},
                  {"accepted", entry.accepted_at.to_string()},
                  {"statement", json["statement"].get<std::string>()},
                  {"leaf", json["leaf"].get<std::string>()},
                  {"previous", entry.previous.to_hex()},
                  {"signed by", std::to_string(entry.envelope.signatures.size()) + " keys"}}});
  printer.raw("\n" + json["payload"].dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  printer.json(json);
  return ExitCode::done;
}

Result<ExitCode> prove(Context& context, const EntryOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const ledger::Entry entry, entry_at(*store, options.index));
  MUSTER_TRY_ASSIGN(const auto checkpoint, current_checkpoint(context, *store));
  if (!checkpoint) {
    return failure(Errc::unavailable,
                   "proving entry " + std::to_string(options.index) +
                       ": no signed checkpoint is kept and the operator's key is not here");
  }
  MUSTER_TRY_ASSIGN(const auto receipt, ledger::make_receipt(*store, {options.index}, *checkpoint));
  const std::string text = ledger::encode_receipt(receipt);
  const bool writes = !options.file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.file, as_bytes(text + "\n")));
  auto printer = context.printer();
  if (writes) {
    printer.facts({"", {{"entry", print::grouped(options.index)}, {"receipt", options.file}}});
  } else {
    printer.raw(text + "\n");
  }
  printer.json({{"index", options.index},
                {"statement", ledger::statement_hash(entry.envelope).to_hex()},
                {"checkpoint", *checkpoint},
                {"file", writes ? Json(options.file) : Json(nullptr)},
                {"receipt", parse_json(text).value_or(Json())}});
  return ExitCode::done;
}

Result<ledger::ReceiptFacts> judged(const std::string& text, const ledger::VerifierKey& key) {
  const std::string_view line =
      text.ends_with('\n') ? std::string_view(text).substr(0, text.size() - 1) : text;
  MUSTER_TRY_ASSIGN(const ledger::Receipt receipt, ledger::parse_receipt(line));
  return ledger::verify_receipt(receipt, key);
}

Result<ExitCode> check_proof(Context& context, const ProofOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.file));
  auto key = ledger::VerifierKey::parse(options.key);
  if (!key) return failure(std::move(key.error()).during("--key"));
  const auto facts = judged(text, *key);
  auto printer = context.printer();
  if (!facts) {
    // A receipt is evidence: one that cannot be read proves nothing, and that is the answer.
    const std::string& rule = facts.error().rule;
    printer.paragraph("NOT PROVEN: " + facts.error().message, print::Tone::bad);
    printer.json({{"valid", false},
                  {"code", rule.empty() ? "receipt.unreadable" : rule},
                  {"reason", facts.error().message},
                  {"entry", nullptr},
                  {"checkpoint", nullptr}});
    return ExitCode::negative;
  }
  const Hash leaf = ledger::leaf_hash(as_bytes(ledger::encode_entry(facts->entry)));
  printer.paragraph("The entry is in the log.", print::Tone::good);
  printer.facts({"",
                 {{"log", facts->checkpoint.origin},
                  {"entry", print::grouped(facts->entry.index.value)},
                  {"accepted", facts->entry.accepted_at.to_string()},
                  {"statement", ledger::statement_hash(facts->entry.envelope).to_hex()},
                  {"of the log's first", print::grouped(facts->checkpoint.size.value)},
                  {"root", facts->checkpoint.root.to_hex()}}});
  printer.json({{"valid", true},
                {"code", nullptr},
                {"reason", nullptr},
                {"entry", entry_json(facts->entry, leaf)},
                {"checkpoint",
                 {{"origin", facts->checkpoint.origin},
                  {"size", facts->checkpoint.size.value},
                  {"root", facts->checkpoint.root.to_hex()}}}});
  return ExitCode::done;
}

}  // namespace

void add_ledger_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  add_verb(ledger, "head", "size, root and signed checkpoint", context,
           [&] { return head(context); });
  auto& entry = context.keep<EntryOptions>();
  add_verb(ledger, "entry", "show one entry", context, [&] { return show_entry(context, entry); })
      .add_option("index", entry.index, "its place, from 0")
      ->required();
  auto& proof = context.keep<EntryOptions>();
  CLI::App& prove_verb = add_verb(ledger, "prove", "a receipt that an entry is in the log", context,
                                  [&] { return prove(context, proof); });
  prove_verb.add_option("index", proof.index, "place of the entry, from 0")->required();
  prove_verb.add_option("--out", proof.file, "a new file for the receipt; else print it");
  auto& checked = context.keep<ProofOptions>();
  CLI::App& check_verb = add_verb(ledger, "check-proof", "judge a receipt, without any registry",
                                  context, [&] { return check_proof(context, checked); });
  check_verb.add_option("file", checked.file, "the receipt")->required();
  check_verb.add_option("--key", checked.key, "the log's verifier key, as `ledger head` shows it")
      ->required();
}

}  // namespace muster::cli
