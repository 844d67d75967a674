// `statement check-refusal` and `check-promise`: what the operator signed about a statement, judged
// offline, or by a copy of the log.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/note_verdict.hpp"
#include "cli/print/number.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct CheckNoteOptions {
  std::string file;
  std::vector<std::string> keys;
  std::string statement;
  std::vector<std::string> blobs;
  std::string receipt;
  std::string tiles;
  std::string out;
};

Result<std::string> note_text_of(const std::string& file) {
  return read_text_file(file, ledger::max_note_bytes + 1);
}

bool has_log(const Context& context, const CheckNoteOptions& options) {
  return !options.tiles.empty() || !context.options().registry.empty();
}

/// What is not the operator's word says nothing.
ExitCode not_his_word(Context& context, const Error& error) {
  auto printer = context.printer();
  printer.paragraph("NOT VALID: " + error.message, print::Tone::bad);
  printer.json({{"valid", false},
                {"code", error.rule.empty() ? "note.unreadable" : error.rule},
                {"reason", error.message}});
  return ExitCode::negative;
}

Json subject_json(const ledger::NoteSubject& subject) {
  return {{"valid", true},
          {"code", nullptr},
          {"reason", nullptr},
          {"origin", subject.origin},
          {"statement", subject.statement.to_hex()},
          {"envelope", subject.envelope.to_hex()},
          {"size", subject.head.size.value},
          {"root", subject.head.root.to_hex()}};
}

print::Facts subject_facts(const ledger::NoteSubject& subject) {
  return {"",
          {{"log", subject.origin},
           {"statement", subject.statement.to_hex()},
           {"envelope", subject.envelope.to_hex()},
           {"entries counted", print::grouped(subject.head.size.value)}}};
}

Result<ExitCode> tell(Context& context, const NoteVerdict& verdict, Json json,
                      const print::Facts& facts, const std::string& out) {
  auto printer = context.printer();
  const print::Tone tone = verdict.code == ExitCode::done        ? print::Tone::good
                           : verdict.code == ExitCode::no_answer ? print::Tone::warn
                                                                 : print::Tone::bad;
  printer.paragraph((verdict.code == ExitCode::negative ? "AGAINST THE OPERATOR, " : "") +
                        verdict.word + (verdict.why.empty() ? "." : ": " + verdict.why + "."),
                    tone);
  printer.facts(facts);
  json["verdict"] = verdict.word;
  json["why"] = verdict.why.empty() ? Json(nullptr) : Json(verdict.why);
  json["entry"] = verdict.entry ? Json(verdict.entry->value) : Json(nullptr);
  MUSTER_TRY_ASSIGN(json["evidence"], keep_note_evidence(context, verdict, out));
  printer.json(json);
  return verdict.code;
}

/// A log or a part that is not what it is given for is an answer; whatever else went wrong is none.
Result<ExitCode> no_verdict(Context& context, const Error& error) {
  if (error.code == Errc::refused) return not_his_word(context, error);
  return failure(error);
}

Result<NoteVerdict> promise_verdict(Context& context, const std::string& note,
                                    const ledger::SubmissionPromise& promise,
                                    const CheckNoteOptions& options,
                                    std::span<const ledger::VerifierKey> keys) {
  if (!has_log(context, options)) {
    return NoteVerdict{.word = "valid", .why = "signed by the operator; give the log to see more"};
  }
  MUSTER_TRY_ASSIGN(const auto log, SignedLog::open(context, options.tiles, keys));
  return verdict_on_promise(note, promise, log);
}

Result<ExitCode> check_promise(Context& context, const CheckNoteOptions& options) {
  MUSTER_TRY_ASSIGN(const auto keys, verifier_keys(options.keys, "--key"));
  MUSTER_TRY_ASSIGN(const std::string note, note_text_of(options.file));
  const auto promise = ledger::verify_promise(note, keys);
  if (!promise) return not_his_word(context, promise.error());
  const auto verdict = promise_verdict(context, note, *promise, options, keys);
  if (!verdict) return no_verdict(context, verdict.error());
  print::Facts facts = subject_facts(promise->about);
  facts.rows.emplace_back("promised at", promise->promised_at.to_string());
  facts.rows.emplace_back("until", promise->deadline.to_string());
  Json json = subject_json(promise->about);
  json["promised_at"] = promise->promised_at.to_string();
  json["deadline"] = promise->deadline.to_string();
  return tell(context, *verdict, std::move(json), facts, options.out);
}

/// What a receipt says against a refusal; nothing if it does not.
Result<std::optional<NoteVerdict>> verdict_by_receipt(const std::string& note,
                                                      const CheckNoteOptions& options,
                                                      std::span<const ledger::VerifierKey> keys) {
  if (options.receipt.empty()) return std::optional<NoteVerdict>();
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(options.receipt));
  auto receipt = ledger::parse_receipt(text);
  if (!receipt && text.ends_with('\n'))
    receipt = ledger::parse_receipt(text.erase(text.size() - 1));
  if (!receipt) return failure(std::move(receipt.error()).during(options.receipt));
  ledger::ContradictedRefusal evidence{note, std::move(*receipt)};
  const auto conviction = ledger::judge_contradiction(evidence, keys);
  if (conviction) {
    return std::optional(NoteVerdict{.word = "contradicted",
                                     .why = conviction->shows,
                                     .code = ExitCode::negative,
                                     .evidence = std::move(evidence)});
  }
  if (conviction.error().rule == "evidence.no_contradiction") return std::optional<NoteVerdict>();
  return failure(conviction.error());
}

Result<NoteVerdict> refusal_verdict(Context& context, const std::string& note,
                                    const ledger::Refusal& refusal, const CheckNoteOptions& options,
                                    std::span<const ledger::VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(auto by_receipt, verdict_by_receipt(note, options, keys));
  if (by_receipt) return std::move(*by_receipt);
  NoteVerdict verdict{.word = "valid",
                      .why = "signed by the operator; give the log and --statement to judge it"};
  if (!options.statement.empty()) {
    MUSTER_TRY_ASSIGN(const Incoming incoming,
                      read_statement_file(options.statement, options.blobs));
    MUSTER_TRY(
        ledger::check_refused(ledger::WrongRefusal{note, incoming.submission.envelope}, keys));
    if (!has_log(context, options)) return verdict;
    MUSTER_TRY_ASSIGN(const auto log, SignedLog::open(context, options.tiles, keys));
    return verdict_on_refusal(note, refusal, incoming.submission, log);
  }
  if (!has_log(context, options)) return verdict;
  MUSTER_TRY_ASSIGN(const auto log, SignedLog::open(context, options.tiles, keys));
  MUSTER_TRY_ASSIGN(auto by_head, verdict_by_head(note, refusal.about, log));
  return by_head ? std::move(*by_head) : verdict;
}

Result<ExitCode> check_refusal(Context& context, const CheckNoteOptions& options) {
  MUSTER_TRY_ASSIGN(const auto keys, verifier_keys(options.keys, "--key"));
  MUSTER_TRY_ASSIGN(const std::string note, note_text_of(options.file));
  const auto refusal = ledger::verify_refusal(note, keys);
  if (!refusal) return not_his_word(context, refusal.error());
  const auto verdict = refusal_verdict(context, note, *refusal, options, keys);
  if (!verdict) return no_verdict(context, verdict.error());
  print::Facts facts = subject_facts(refusal->about);
  facts.rows.emplace_back("judged at", refusal->judged_at.to_string());
  facts.rows.emplace_back("rule", refusal->rule);
  facts.rows.emplace_back("message", refusal->message);
  Json json = subject_json(refusal->about);
  json["judged_at"] = refusal->judged_at.to_string();
  json["rule"] = refusal->rule;
  json["message"] = refusal->message;
  return tell(context, *verdict, std::move(json), facts, options.out);
}

void add_note_options(CLI::App& verb, CheckNoteOptions& options) {
  verb.add_option("file", options.file, "what the operator signed")->required();
  verb.add_option("--key", options.keys, "the log's verifier key; again for further ones")
      ->required()
      ->allow_extra_args(false);
  verb.add_option("--tiles", options.tiles, "an exported log, instead of the registry");
  verb.add_option("--out", options.out, "a new file for evidence against the operator");
}

}  // namespace

void add_statement_check_note_commands(CLI::App& app, Context& context) {
  CLI::App& statement = noun(app, "statement", "statements of any kind, made, judged, handed in");
  auto& promised = context.keep<CheckNoteOptions>();
  add_note_options(add_verb(statement, "check-promise", "whether the operator kept a promise",
                            context, [&] { return check_promise(context, promised); }),
                   promised);
  auto& refused = context.keep<CheckNoteOptions>();
  CLI::App& verb = add_verb(statement, "check-refusal", "whether the operator refused rightly",
                            context, [&] { return check_refusal(context, refused); });
  add_note_options(verb, refused);
  verb.add_option("--statement", refused.statement, "the envelope that was refused");
  verb.add_option("--blob", refused.blobs, "a manifest that it names");
  verb.add_option("--receipt", refused.receipt, "a receipt that may contradict the refusal");
}

}  // namespace muster::cli
