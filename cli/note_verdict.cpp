#include "cli/note_verdict.hpp"

#include "cli/pair_facts.hpp"
#include "cli/statement_file.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using registry::PromiseState;
using registry::RefusalVerdict;

std::string entry_words(const std::optional<ledger::LogIndex>& index) {
  return "entry " + std::to_string(index->value);
}

const char* refusal_word(RefusalVerdict verdict) {
  switch (verdict) {
    case RefusalVerdict::stands:
      return "stands";
    case RefusalVerdict::other_rule:
      return "other-rule";
    case RefusalVerdict::admitted:
      return "admitted";
    case RefusalVerdict::recorded:
      return "recorded";
    case RefusalVerdict::dated_back:
      return "dated-back";
    case RefusalVerdict::other_history:
      return "other-history";
    case RefusalVerdict::faulty_log:
      break;
  }
  return "faulty-log";
}

constexpr const char* wants_log = "evidence.wants_log";

/// What is wrong with evidence is a verdict; what is wrong with the log beside it is none.
bool is_about_evidence(const Error& error) {
  return error.code == Errc::refused || error.code == Errc::invalid_input;
}

/// What each kind of evidence shows.
struct NoteEvidenceJudge {
  Context& context;
  std::span<const ledger::VerifierKey> keys;
  const EvidenceLog& given;

  Result<ledger::Conviction> operator()(const ledger::ContradictedRefusal& one) const {
    return ledger::judge_contradiction(one, keys);
  }
  Result<ledger::Conviction> operator()(const ledger::ContradictedHead& one) const {
    return ledger::judge_contradiction(one, keys);
  }
  Result<ledger::Conviction> operator()(const ledger::BrokenPromise& one) const {
    MUSTER_TRY_ASSIGN(const auto due, ledger::check_due(one, keys));
    MUSTER_TRY_ASSIGN(const auto log, opened_log());
    MUSTER_TRY_ASSIGN(const auto verdict, verdict_on_promise(one.promise, due.promise, log));
    return by_verdict("promise-broken", due.promise.about.origin, verdict);
  }
  Result<ledger::Conviction> operator()(const ledger::WrongRefusal& one) const {
    MUSTER_TRY_ASSIGN(const auto refused, ledger::check_refused(one, keys));
    MUSTER_TRY_ASSIGN(const auto log, opened_log());
    registry::Submission submission{one.statement};
    MUSTER_TRY_ASSIGN(submission.blobs, blobs_in(given.blobs));
    MUSTER_TRY_ASSIGN(const auto verdict,
                      verdict_on_refusal(one.refusal, refused, submission, log));
    return by_verdict("refusal-wrong", refused.about.origin, verdict);
  }

 private:
  Result<SignedLog> opened_log() const {
    if (!given.tiles.empty() || !context.options().registry.empty()) {
      return SignedLog::open(context, given.tiles, keys);
    }
    return refusal(wants_log,
                   "all of it is the operator's word; what it shows, the log shows: give "
                   "--tiles or --registry");
  }
  static Result<ledger::Conviction> by_verdict(const char* kind, const std::string& origin,
                                               const NoteVerdict& verdict) {
    if (verdict.code == ExitCode::negative) return ledger::Conviction{kind, origin, verdict.why};
    if (verdict.code == ExitCode::no_answer) return refusal(wants_log, verdict.why);
    return refusal("evidence.no_contradiction", verdict.why);
  }
};

}  // namespace

Result<std::optional<NoteVerdict>> verdict_by_head(const std::string& note,
                                                   const ledger::NoteSubject& subject,
                                                   const SignedLog& log) {
  if (subject.head.size > log.size()) return std::optional<NoteVerdict>();
  MUSTER_TRY_ASSIGN(ledger::PrefixRoot prefix, log.prefix(subject.head.size));
  if (prefix.root == subject.head.root) return std::optional<NoteVerdict>();
  NoteVerdict verdict{.word = "contradicted",
                      .why = "the operator signed root " + subject.head.root.to_hex() + " for " +
                             std::to_string(subject.head.size.value) +
                             " entries in the note, and root " + prefix.root.to_hex() +
                             " in the checkpoint",
                      .code = ExitCode::negative};
  ledger::ContradictedHead evidence{note, log.note()};
  if (subject.head.size != log.size()) evidence.prefix = std::move(prefix);
  verdict.evidence = std::move(evidence);
  return std::optional(std::move(verdict));
}

Result<NoteVerdict> verdict_on_promise(const std::string& note,
                                       const ledger::SubmissionPromise& promise,
                                       const SignedLog& log) {
  MUSTER_TRY_ASSIGN(auto contradicted, verdict_by_head(note, promise.about, log));
  if (contradicted) return std::move(*contradicted);
  MUSTER_TRY_ASSIGN(const auto fate,
                    registry::fate_of_promise(promise, log.mirror(), log.checkpoint().head()));
  NoteVerdict verdict{.word = {}, .why = {}, .entry = fate.entry};
  switch (fate.state) {
    case PromiseState::kept:
      verdict.word = "kept";
      verdict.why = entry_words(fate.entry) + (fate.by_refusal ? " is its refusal" : " is it") +
                    ", accepted at " + fate.accepted_at.to_string();
      break;
    case PromiseState::open:
      verdict.word = "open";
      verdict.code = ExitCode::no_answer;
      verdict.why = "the log does not reach beyond " + promise.deadline.to_string() +
                    ": its last entry is of " + fate.accepted_at.to_string();
      break;
    case PromiseState::broken:
      verdict.word = "broken";
      verdict.code = ExitCode::negative;
      verdict.why = entry_words(fate.entry) + " was accepted at " + fate.accepted_at.to_string() +
                    ", and no entry before it is the statement or its refusal";
      if (fate.too_late) verdict.why += "; " + entry_words(fate.too_late) + " came too late";
      MUSTER_TRY_ASSIGN(auto receipt, log.receipt(*fate.entry));
      verdict.evidence = ledger::BrokenPromise{note, std::move(receipt)};
      break;
  }
  return verdict;
}

Result<NoteVerdict> verdict_on_refusal(const std::string& note, const ledger::Refusal& refusal,
                                       const registry::Submission& submission,
                                       const SignedLog& log) {
  MUSTER_TRY_ASSIGN(auto contradicted, verdict_by_head(note, refusal.about, log));
  if (contradicted) return std::move(*contradicted);
  MUSTER_TRY_ASSIGN(const auto judgement,
                    registry::judge_refusal(refusal, submission, log.mirror()));
  NoteVerdict verdict{.word = refusal_word(judgement.verdict), .why = judgement.why};
  if (registry::is_wrong(judgement.verdict)) {
    verdict.code = ExitCode::negative;
    verdict.evidence = ledger::WrongRefusal{note, submission.envelope};
  }
  if (judgement.verdict == RefusalVerdict::faulty_log) verdict.code = ExitCode::no_answer;
  return verdict;
}

Result<ExitCode> judged_note_evidence(Context& context, const std::string& text,
                                      std::span<const ledger::VerifierKey> keys,
                                      const EvidenceLog& given) {
  const auto evidence = ledger::parse_note_evidence(text);
  auto conviction = Result<ledger::Conviction>(failure(Errc::invalid_input, ""));
  if (evidence) {
    const NoteEvidenceJudge judge{context, keys, given};
    conviction = std::visit(judge, *evidence);
  } else {
    conviction = failure(evidence.error());
  }
  if (!conviction && !is_about_evidence(conviction.error())) return failure(conviction.error());
  auto printer = context.printer();
  printer.paragraph(conviction ? "This convicts the operator of " + conviction->origin + "."
                               : "NOT SHOWN: " + conviction.error().message,
                    conviction ? print::Tone::good : print::Tone::bad);
  if (conviction) {
    printer.facts({"", {{"kind", conviction->kind}, {"shows", conviction->shows}}});
  }
  printer.json(conviction_json(conviction, nullptr));
  if (conviction) return ExitCode::done;
  return conviction.error().rule == wants_log ? ExitCode::no_answer : ExitCode::negative;
}

Result<Json> keep_note_evidence(Context& context, const NoteVerdict& verdict,
                                const std::string& out) {
  if (!verdict.evidence) return Json();
  const std::string text = ledger::encode_note_evidence(*verdict.evidence) + "\n";
  auto printer = context.printer();
  if (out.empty() || context.options().dry_run) {
    printer.raw("\n" + text);
    return Json();
  }
  MUSTER_TRY(create_file(out, as_bytes(text)));
  printer.facts({"", {{"evidence", out}}});
  return Json(out);
}

}  // namespace muster::cli
