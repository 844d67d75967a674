#include "ledger/note_evidence.hpp"

#include "ledger/proofs.hpp"
#include "tests/ledger/dishonest_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::must;
using muster::test::OperatedLog;
using muster::test::signer_of;

namespace {

std::span<const VerifierKey> keys() { return {&OperatedLog::key(), 1}; }

NoteSubject subject_at(const OperatedLog& log, const Envelope& envelope, std::uint64_t size) {
  return {OperatedLog::key().name(),
          statement_hash(envelope),
          envelope_hash(envelope),
          {TreeSize{size}, must(root_at(log.store(), {size}))}};
}

std::string refusal_at(const OperatedLog& log, const Envelope& envelope, std::uint64_t size,
                       std::int64_t judged_ms) {
  return sign_refusal({subject_at(log, envelope, size), {judged_ms}, "role.missing", "no"},
                      signer_of(9));
}

std::string promise_at(const OperatedLog& log, const Envelope& envelope, std::uint64_t size,
                       std::int64_t deadline_ms) {
  return sign_promise({subject_at(log, envelope, size), {0}, {deadline_ms}}, signer_of(9));
}

/// Judges what needs no log: "convicted", "due", "refused" or the rule.
std::string judged(const NoteEvidence& evidence, std::span<const VerifierKey> by = keys()) {
  const auto word = [](const auto& result, const char* good) -> std::string {
    if (result) return good;
    return result.error().rule.empty() ? "unreadable" : result.error().rule;
  };
  if (const auto* one = std::get_if<ContradictedRefusal>(&evidence)) {
    return word(judge_contradiction(*one, by), "convicted");
  }
  if (const auto* one = std::get_if<ContradictedHead>(&evidence)) {
    return word(judge_contradiction(*one, by), "convicted");
  }
  if (const auto* one = std::get_if<BrokenPromise>(&evidence)) {
    return word(check_due(*one, by), "due");
  }
  return word(check_refused(std::get<WrongRefusal>(evidence), by), "refused");
}

const Envelope& stranger() {
  static const Envelope envelope = envelopes_of(1, 500)[0];
  return envelope;
}

/// Entries are accepted at 1 s, 2 s, …; entry i is statement number i.
struct SevenEntries {
  OperatedLog log{7};
  std::string checkpoint = log.sign_head();

  [[nodiscard]] Receipt receipt(std::uint64_t index) const {
    return must(make_receipt(log.store(), {index}, checkpoint));
  }
};

/// The prefix of the log's first `size` entries.
PrefixRoot prefix_of(const OperatedLog& log, std::uint64_t size) {
  const TreeSize whole = must(log.store().head()).size;
  return {must(root_at(log.store(), {size})), must(prove_consistency(log.store(), {size}, whole))};
}

std::vector<NoteEvidence> good_evidence() {
  const SevenEntries seven;
  const OperatedLog other =
      seven.log.rewritten([](std::vector<Entry>& entries) { entries[1].envelope = stranger(); });
  return {
      ContradictedRefusal{refusal_at(seven.log, envelopes_of(1, 2)[0], 5, 5'000), seven.receipt(2)},
      ContradictedHead{refusal_at(other, stranger(), 7, 7'000), seven.checkpoint},
      ContradictedHead{promise_at(other, stranger(), 4, 7'000), seven.checkpoint,
                       prefix_of(seven.log, 4)},
      BrokenPromise{promise_at(seven.log, stranger(), 4, 5'500), seven.receipt(5)},
      WrongRefusal{refusal_at(seven.log, stranger(), 5, 5'000), stranger()},
  };
}

}  // namespace

TEST_CASE("evidence by notes of each kind is written, read back and judged") {
  std::string kinds;
  std::string verdicts;
  for (const NoteEvidence& evidence : good_evidence()) {
    const std::string text = encode_note_evidence(evidence);
    kinds += std::string(note_evidence_kind(evidence)) + " ";
    verdicts += judged(evidence) + " ";

    CHECK(must(parse_note_evidence(text)) == evidence);
    CHECK(is_note_evidence_kind(note_evidence_kind(evidence)));
  }
  CHECK(kinds ==
        "refusal-contradicted head-contradicted head-contradicted promise-broken refusal-wrong ");
  CHECK(verdicts == "convicted convicted convicted due refused ");
  CHECK_FALSE(is_note_evidence_kind("fork"));
}

TEST_CASE("evidence by notes with any byte changed shows nothing else") {
  for (const NoteEvidence& evidence : good_evidence()) {
    const std::string good = encode_note_evidence(evidence);
    const std::string verdict = judged(evidence);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 7)));
      const auto parsed = parse_note_evidence(bad);
      // Hex digits may be capitals, base64 may have a free bit: then it is the same evidence.
      if (!parsed || *parsed == evidence) continue;
      CAPTURE(at);
      CHECK(judged(*parsed) != verdict);
    }
  }
}

TEST_CASE("evidence by notes under another operator's key shows nothing") {
  const VerifierKey other("log.example/one", signer_of(8).public_key());
  for (const NoteEvidence& evidence : good_evidence()) {
    CHECK(judged(evidence, std::span(&other, 1)) == "note.unknown_key");
  }
}

TEST_CASE("a refusal of what the log had is contradicted by its receipt, of what came later not") {
  const SevenEntries seven;
  const Envelope four = envelopes_of(1, 4)[0];

  CHECK(judged(ContradictedRefusal{refusal_at(seven.log, four, 5, 5'000), seven.receipt(4)}) ==
        "convicted");
  CHECK(judged(ContradictedRefusal{refusal_at(seven.log, four, 4, 5'000), seven.receipt(4)}) ==
        "evidence.no_contradiction");
  CHECK(judged(ContradictedRefusal{refusal_at(seven.log, four, 5, 5'000), seven.receipt(3)}) ==
        "evidence.no_contradiction");
}

TEST_CASE("a refusal dated before an entry that it counts is contradicted by it") {
  const SevenEntries seven;

  CHECK(judged(ContradictedRefusal{refusal_at(seven.log, stranger(), 5, 4'999),
                                   seven.receipt(4)}) == "convicted");
  CHECK(judged(ContradictedRefusal{refusal_at(seven.log, stranger(), 5, 5'000),
                                   seven.receipt(4)}) == "evidence.no_contradiction");
}

TEST_CASE("a refusal by a log of more than an hour before is contradicted by what was added") {
  const SevenEntries seven;
  const std::int64_t limit = 6'000 + max_judgement_age_ms;

  CHECK(judged(ContradictedRefusal{refusal_at(seven.log, stranger(), 5, limit),
                                   seven.receipt(5)}) == "evidence.no_contradiction");
  CHECK(judged(ContradictedRefusal{refusal_at(seven.log, stranger(), 5, limit + 1),
                                   seven.receipt(5)}) == "convicted");
}

TEST_CASE("a note of the same history as a checkpoint contradicts nothing") {
  SevenEntries seven;
  const std::string at_four = refusal_at(seven.log, stranger(), 4, 4'000);
  const std::string at_seven = refusal_at(seven.log, stranger(), 7, 7'000);
  seven.log.append(4, 7);
  const std::string at_nine = promise_at(seven.log, stranger(), 9, 90'000);

  CHECK(judged(ContradictedHead{at_seven, seven.checkpoint}) == "evidence.no_contradiction");
  CHECK(judged(ContradictedHead{at_four, seven.checkpoint}) == "unreadable");
  CHECK(judged(ContradictedHead{at_seven, seven.checkpoint, prefix_of(seven.log, 7)}) ==
        "unreadable");
  const PrefixRoot to_nine{must(root_at(seven.log.store(), {7})),
                           must(prove_consistency(seven.log.store(), {7}, {9}))};
  CHECK(judged(ContradictedHead{at_nine, seven.checkpoint, to_nine}) ==
        "evidence.no_contradiction");
  PrefixRoot bad = to_nine;
  bad.root.bytes[3] ^= 1U;
  CHECK(judged(ContradictedHead{at_nine, seven.checkpoint, bad}) == "evidence.proof");
}

TEST_CASE("a note on the longer history contradicts the shorter checkpoint as well") {
  const SevenEntries seven;
  OperatedLog other =
      seven.log.rewritten([](std::vector<Entry>& entries) { entries[6].envelope = stranger(); });
  other.append(3, 7);
  const PrefixRoot prefix{must(root_at(other.store(), {7})),
                          must(prove_consistency(other.store(), {7}, {9}))};

  CHECK(judged(ContradictedHead{promise_at(other, stranger(), 9, 90'000), seven.checkpoint,
                                prefix}) == "convicted");
}

TEST_CASE("a promise is not due by an entry within its time") {
  const SevenEntries seven;

  CHECK(judged(BrokenPromise{promise_at(seven.log, stranger(), 4, 6'000), seven.receipt(5)}) ==
        "evidence.no_contradiction");
  CHECK(judged(BrokenPromise{promise_at(seven.log, stranger(), 4, 5'999), seven.receipt(5)}) ==
        "due");
}

TEST_CASE("a wrong refusal is about this statement with these signatures") {
  const SevenEntries seven;
  const std::string note = refusal_at(seven.log, stranger(), 5, 5'000);
  Envelope signed_again = stranger();
  must(add_signature(signed_again, signer_of(77)));

  CHECK(judged(WrongRefusal{note, signed_again}) == "refusal.other_statement");
  CHECK(judged(WrongRefusal{note, envelopes_of(1, 3)[0]}) == "refusal.other_statement");
}
