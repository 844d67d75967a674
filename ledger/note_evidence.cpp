#include "ledger/note_evidence.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/check.hpp"
#include "ledger/evidence_json.hpp"

namespace muster::ledger {
namespace {

constexpr std::array<std::string_view, 4> note_evidence_kinds{
    "refusal-contradicted", "head-contradicted", "promise-broken", "refusal-wrong"};

template <class... Cases>
struct NoteCases : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
NoteCases(Cases...) -> NoteCases<Cases...>;

Result<NoteEvidence> parse_contradicted_refusal(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(std::string note, fields.text("refusal"));
  MUSTER_TRY_ASSIGN(Receipt receipt, receipt_field(fields, "receipt"));
  return NoteEvidence(ContradictedRefusal{std::move(note), std::move(receipt)});
}

Result<NoteEvidence> parse_contradicted_head(FieldReader& fields) {
  ContradictedHead evidence;
  MUSTER_TRY_ASSIGN(evidence.note, fields.text("note"));
  MUSTER_TRY_ASSIGN(evidence.checkpoint, fields.text("checkpoint"));
  if (fields.has("prefix")) {
    MUSTER_TRY_ASSIGN(const Json* json, fields.object("prefix"));
    MUSTER_TRY_ASSIGN(FieldReader inner, FieldReader::open(*json, fields.path("prefix")));
    PrefixRoot prefix;
    MUSTER_TRY_ASSIGN(prefix.root, inner.hash("root"));
    MUSTER_TRY_ASSIGN(prefix.proof, hashes_field(inner));
    MUSTER_TRY(inner.finish());
    evidence.prefix = std::move(prefix);
  }
  return NoteEvidence(std::move(evidence));
}

Result<NoteEvidence> parse_broken_promise(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(std::string note, fields.text("promise"));
  MUSTER_TRY_ASSIGN(Receipt after, receipt_field(fields, "receipt"));
  return NoteEvidence(BrokenPromise{std::move(note), std::move(after)});
}

Result<NoteEvidence> parse_wrong_refusal(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(std::string note, fields.text("refusal"));
  MUSTER_TRY_ASSIGN(const Json* json, fields.object("statement"));
  auto statement = parse_envelope(canonical_json(*json));
  if (!statement) return failure(std::move(statement).error().during(fields.path("statement")));
  return NoteEvidence(WrongRefusal{std::move(note), std::move(*statement)});
}

tl::unexpected<Error> agrees_with_it(const std::string& why) {
  return refusal("evidence.no_contradiction", why);
}

Result<void> of_one_log(const std::string& one, const std::string& other) {
  if (one == other) return {};
  return refusal("evidence.origin", "got parts of " + one + " and of " + other);
}

/// The log and the head that a refusal or a promise names.
Result<NoteSubject> subject_of(const std::string& note, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const Note parsed, parse_note(note));
  if (parsed.text.starts_with(promise_heading)) {
    MUSTER_TRY_ASSIGN(SubmissionPromise promise, verify_promise(note, keys));
    return std::move(promise.about);
  }
  MUSTER_TRY_ASSIGN(Refusal refusal, verify_refusal(note, keys));
  return std::move(refusal.about);
}

std::string at_size(TreeSize size) { return std::to_string(size.value) + " entries"; }

}  // namespace

std::string_view note_evidence_kind(const NoteEvidence& evidence) {
  return note_evidence_kinds[evidence.index()];
}

bool is_note_evidence_kind(std::string_view kind) {
  return std::ranges::find(note_evidence_kinds, kind) != note_evidence_kinds.end();
}

std::string encode_note_evidence(const NoteEvidence& evidence) {
  Json json = std::visit(
      NoteCases{
          [](const ContradictedRefusal& one) {
            return Json{{"refusal", one.refusal}, {"receipt", receipt_json(one.receipt)}};
          },
          [](const ContradictedHead& one) {
            Json fields = {{"note", one.note}, {"checkpoint", one.checkpoint}};
            if (one.prefix) {
              fields["prefix"] = {{"root", one.prefix->root.to_hex()},
                                  {"proof", hashes_json(one.prefix->proof)}};
            }
            return fields;
          },
          [](const BrokenPromise& one) {
            return Json{{"promise", one.promise}, {"receipt", receipt_json(one.after)}};
          },
          [](const WrongRefusal& one) {
            return Json{{"refusal", one.refusal}, {"statement", envelope_json(one.statement)}};
          }},
      evidence);
  json["kind"] = note_evidence_kind(evidence);
  json["v"] = 1;
  return canonical_json(json);
}

Result<NoteEvidence> parse_note_evidence(std::string_view text) {
  if (text.size() > max_evidence_bytes) {
    return failure(Errc::invalid_input, "evidence: longer than 1 MiB");
  }
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "evidence"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string kind, fields.text("kind"));
  using Parser = Result<NoteEvidence> (*)(FieldReader&);
  constexpr std::array<Parser, note_evidence_kinds.size()> parsers{
      parse_contradicted_refusal, parse_contradicted_head, parse_broken_promise,
      parse_wrong_refusal};
  const auto found = std::ranges::find(note_evidence_kinds, kind);
  if (found == note_evidence_kinds.end()) {
    return failure(Errc::invalid_input, "evidence.kind: got \"" + kind + "\"");
  }
  MUSTER_TRY_ASSIGN(NoteEvidence evidence,
                    parsers[static_cast<std::size_t>(found - note_evidence_kinds.begin())](fields));
  MUSTER_TRY(fields.finish());
  return evidence;
}

Result<Conviction> judge_contradiction(const ContradictedRefusal& evidence,
                                       std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const Refusal refused, verify_refusal(evidence.refusal, keys));
  MUSTER_TRY_ASSIGN(const ReceiptFacts facts, verify_receipt(evidence.receipt, keys));
  MUSTER_TRY(of_one_log(refused.about.origin, facts.checkpoint.origin));
  const Entry& entry = facts.entry;
  const std::string judged = "the operator signed that statement " +
                             refused.about.statement.to_hex() + " was refused at " +
                             at_size(refused.about.head.size) + " and " +
                             refused.judged_at.to_string() + ", and ";
  const std::string place = "entry " + std::to_string(entry.index.value);
  const std::string dated = place + ", accepted at " + entry.accepted_at.to_string();
  Conviction conviction{std::string(note_evidence_kinds[0]), refused.about.origin, {}};
  if (entry.index.value >= refused.about.head.size.value) {
    if (entry.accepted_at.ms + max_judgement_age_ms >= refused.judged_at.ms) {
      return agrees_with_it(place + " came after the judgement, or with it");
    }
    conviction.shows = judged + dated + ", was not counted";
    return conviction;
  }
  if (statement_hash(entry.envelope) == refused.about.statement) {
    conviction.shows = judged + "the same statement as " + place + ", which it counts";
    return conviction;
  }
  if (entry.accepted_at <= refused.judged_at) {
    return agrees_with_it(place + " was there before the judgement, and is another statement");
  }
  conviction.shows = judged + "counts " + dated;
  return conviction;
}

Result<Conviction> judge_contradiction(const ContradictedHead& evidence,
                                       std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const NoteSubject subject, subject_of(evidence.note, keys));
  MUSTER_TRY_ASSIGN(const Checkpoint checkpoint, verify_log_checkpoint(evidence.checkpoint, keys));
  MUSTER_TRY(of_one_log(subject.origin, checkpoint.origin));
  const bool note_is_smaller = subject.head.size <= checkpoint.size;
  const TreeHead smaller = note_is_smaller ? subject.head : checkpoint.head();
  const TreeHead larger = note_is_smaller ? checkpoint.head() : subject.head;
  if (evidence.prefix.has_value() == (smaller.size == larger.size)) {
    return failure(Errc::invalid_input,
                   "evidence: want a prefix where the sizes differ, and only there");
  }
  Hash root = larger.root;
  if (evidence.prefix) {
    root = evidence.prefix->root;
    if (!consistency_verifies({smaller.size, root}, larger, evidence.prefix->proof)) {
      return refusal("evidence.proof", "does not lead to the root of the larger tree");
    }
  }
  if (root == smaller.root) return agrees_with_it("note and checkpoint are of one history");
  return Conviction{std::string(note_evidence_kinds[1]), subject.origin,
                    "the operator signed root " + smaller.root.to_hex() + " for the first " +
                        at_size(smaller.size) + ", and in a log of " + at_size(larger.size) +
                        " root " + root.to_hex()};
}

Result<DuePromise> check_due(const BrokenPromise& evidence, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(SubmissionPromise promise, verify_promise(evidence.promise, keys));
  MUSTER_TRY_ASSIGN(ReceiptFacts after, verify_receipt(evidence.after, keys));
  MUSTER_TRY(of_one_log(promise.about.origin, after.checkpoint.origin));
  if (after.entry.accepted_at <= promise.deadline) {
    return agrees_with_it("the deadline was not over at entry " +
                          std::to_string(after.entry.index.value));
  }
  return DuePromise{std::move(promise), std::move(after)};
}

Result<Refusal> check_refused(const WrongRefusal& evidence, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(Refusal refused, verify_refusal(evidence.refusal, keys));
  if (envelope_hash(evidence.statement) == refused.about.envelope &&
      statement_hash(evidence.statement) == refused.about.statement) {
    return refused;
  }
  return refusal("refusal.other_statement", "it is about envelope " +
                                                refused.about.envelope.to_hex() + ", got " +
                                                envelope_hash(evidence.statement).to_hex());
}

}  // namespace muster::ledger
