// `ledger receipt` and `receipt verify`: proofs of entries to keep, and what they prove, with the
// witnesses of a policy, to whoever has the public keys.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/entry_json.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/receipts.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct ReceiptOptions {
  std::optional<std::uint64_t> index;
  std::string statement;
  std::string policy;
  std::string form = receipt_form_json;
  std::string file;
};

struct VerifyReceiptOptions {
  std::string file;
  std::string key;
  std::string policy;
};

/// Writes or prints a receipt, and says what it is.
Result<ExitCode> hand_out(Context& context, const ledger::Receipt& receipt, int level,
                          const ReceiptOptions& options) {
  const std::string text = receipt_text(receipt, options.form);
  const bool writes = !options.file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.file, as_bytes(text)));
  MUSTER_TRY_ASSIGN(const ledger::Entry entry, ledger::parse_entry(receipt.entry));
  auto printer = context.printer();
  if (writes) {
    printer.facts({"",
                   {{"entry", print::grouped(entry.index.value)},
                    {"level", std::to_string(level)},
                    {"receipt", options.file}}});
  } else {
    printer.raw(text);
  }
  printer.json({{"index", entry.index.value},
                {"statement", ledger::statement_hash(entry.envelope).to_hex()},
                {"level", level},
                {"checkpoint", receipt.proof.checkpoint},
                {"file", writes ? Json(options.file) : Json(nullptr)},
                {"receipt", parse_json(ledger::encode_receipt(receipt)).value_or(Json())}});
  return ExitCode::done;
}

/// The entry that the options name.
Result<ledger::LogIndex> index_of(Context& context, const ReceiptOptions& options) {
  if (options.index.has_value() != options.statement.empty()) {
    return failure(Errc::invalid_input, "receipt: want an index or --statement, one of both");
  }
  if (options.index) return ledger::LogIndex{*options.index};
  auto hash = Hash::from_hex(options.statement);
  if (!hash) return failure(std::move(hash).error().during("--statement"));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto index = home->state().statement_index(*hash);
  if (index) return ledger::LogIndex{*index};
  return failure(Errc::not_found, "statement " + hash->to_hex() + ": not in this ledger");
}

Result<ExitCode> receipt(Context& context, const ReceiptOptions& options) {
  MUSTER_TRY_ASSIGN(const ledger::LogIndex index, index_of(context, options));
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(auto desk, ReceiptDesk::open(context, *store, options.policy));
  MUSTER_TRY_ASSIGN(const auto made, desk.receipt(index));
  MUSTER_TRY_ASSIGN(const int level, desk.level(made));
  return hand_out(context, made, level, options);
}

Result<ledger::ReceiptFacts> judged(const std::string& text, const ledger::VerifierKey& key,
                                    const std::optional<ledger::Policy>& policy) {
  const bool is_json = text.starts_with('{');
  const std::string_view line =
      is_json && text.ends_with('\n') ? std::string_view(text).substr(0, text.size() - 1) : text;
  MUSTER_TRY_ASSIGN(const ledger::Receipt receipt, ledger::parse_receipt(line));
  if (!policy) return ledger::verify_receipt(receipt, key);
  return ledger::verify_receipt(receipt, key, *policy);
}

/// A receipt is evidence: one that cannot be read proves nothing, and that is the answer.
ExitCode not_proven(Context& context, const Error& error) {
  auto printer = context.printer();
  printer.paragraph("NOT PROVEN: " + error.message, print::Tone::bad);
  printer.json({{"valid", false},
                {"code", error.rule.empty() ? "receipt.unreadable" : error.rule},
                {"reason", error.message},
                {"level", nullptr},
                {"entry", nullptr},
                {"checkpoint", nullptr},
                {"cosigned_by", Json::array()},
                {"quorum_at", nullptr}});
  return ExitCode::negative;
}

std::string level_text(const ledger::ReceiptFacts& facts) {
  if (facts.level() == 1) return "1: the word of the log, nobody else's";
  return "2: a quorum of witnesses cosigned by " + facts.quorum_at->to_string();
}

Json facts_json(const ledger::ReceiptFacts& facts) {
  Json cosigned = Json::array();
  for (const ledger::CosignedBy& by : facts.cosigned_by) {
    cosigned.push_back({{"witness", by.witness}, {"key", by.key}, {"time", by.time.to_string()}});
  }
  const bool good = facts.missing.empty();
  return {{"valid", good},
          {"code", good ? Json(nullptr) : Json("receipt.quorum")},
          {"reason", good ? Json(nullptr) : Json(facts.missing)},
          {"level", facts.level()},
          {"entry", entry_json(facts.entry.index, as_bytes(ledger::encode_entry(facts.entry)))},
          {"checkpoint",
           {{"origin", facts.checkpoint.origin},
            {"size", facts.checkpoint.size.value},
            {"root", facts.checkpoint.root.to_hex()}}},
          {"cosigned_by", std::move(cosigned)},
          {"quorum_at", facts.quorum_at ? Json(facts.quorum_at->to_string()) : Json(nullptr)}};
}

Result<ExitCode> verify_receipt_file(Context& context, const VerifyReceiptOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.file));
  auto key = ledger::VerifierKey::parse(options.key);
  if (!key) return failure(std::move(key.error()).during("--key"));
  std::optional<ledger::Policy> policy;
  if (!options.policy.empty()) {
    MUSTER_TRY_ASSIGN(policy, read_policy(options.policy));
  }
  const auto facts = judged(text, *key, policy);
  if (!facts) return not_proven(context, facts.error());
  auto printer = context.printer();
  if (facts->missing.empty()) {
    printer.paragraph("The entry is in the log.", print::Tone::good);
  } else {
    printer.paragraph(
        "The log says that the entry is in it, and the policy does not accept that: " +
            facts->missing,
        print::Tone::bad);
  }
  printer.facts({"",
                 {{"level", level_text(*facts)},
                  {"log", facts->checkpoint.origin},
                  {"entry", print::grouped(facts->entry.index.value)},
                  {"accepted", facts->entry.accepted_at.to_string()},
                  {"statement", ledger::statement_hash(facts->entry.envelope).to_hex()},
                  {"of the log's first", print::grouped(facts->checkpoint.size.value)},
                  {"root", facts->checkpoint.root.to_hex()}}});
  printer.json(facts_json(*facts));
  return facts->missing.empty() ? ExitCode::done : ExitCode::negative;
}

void add_verify_options(CLI::App& verb, VerifyReceiptOptions& options) {
  verb.add_option("file", options.file, "the receipt, as JSON or as tlog-proof")->required();
  verb.add_option("--key", options.key, "the log's verifier key, as `ledger head` shows it")
      ->required();
  verb.add_option("--policy", options.policy, "witnesses that must have cosigned");
}

void add_receipt(CLI::App& ledger, Context& context) {
  auto& options = context.keep<ReceiptOptions>();
  auto& checked = context.keep<VerifyReceiptOptions>();
  CLI::App& verb = *ledger.add_subcommand("receipt", "a proof of an entry to keep, or to judge");
  CLI::App& verify = *verb.add_subcommand("verify", "judge a receipt, without any registry");
  // The parent's callback runs last, whichever was chosen.
  verb.callback([&context, &options, &checked, &verify] {
    const bool judges = verify.parsed();
    context.choose([&context, &options, &checked, judges] {
      return judges ? verify_receipt_file(context, checked) : receipt(context, options);
    });
  });
  verb.add_option("index", options.index, "place of the entry, from 0");
  verb.add_option("--statement", options.statement, "the entry of this statement hash");
  verb.add_option("--policy", options.policy,
                  "witnesses it is for; else witnesses.policy beside log.db");
  verb.add_option("--form", options.form, "json, or tlog-proof (C2SP) with the entry as extra")
      ->check(CLI::IsMember({receipt_form_json, receipt_form_tlog_proof}));
  verb.add_option("--out", options.file, "a new file for the receipt; else print it");
  add_verify_options(verify, checked);
}

}  // namespace

void add_ledger_receipt_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  add_receipt(ledger, context);
}

}  // namespace muster::cli
