#include "ledger/evidence.hpp"

#include "ledger/contradiction.hpp"
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

std::string rule_of(const Evidence& evidence) {
  const auto verdict = judge_evidence(evidence, OperatedLog::key());
  if (verdict) return "convicted";
  return verdict.error().rule.empty() ? "unreadable" : verdict.error().rule;
}

/// One of each kind, all good.
std::vector<Evidence> convictions() {
  OperatedLog honest(7);
  const std::string held = honest.sign_head();
  const Receipt receipt = must(make_receipt(honest.store(), {2}, held));
  OperatedLog other = honest.rewritten([](std::vector<Entry>& entries) {
    entries[2].envelope = envelopes_of(1, 999)[0];
    entries[6].accepted_at.ms = 1;
  });
  const std::string same_size = other.sign_head();
  other.append(4, 50);
  const std::string now = other.sign_head();
  const LogCopy copy{&other.store(), now};
  const auto& key = OperatedLog::key();
  return {*must(compare_checkpoints(held, same_size, key)).evidence,
          *must(compare_with_held(copy, held, key)).evidence,
          *must(compare_with_receipt(copy, receipt, key)).evidence,
          *must(look_for_disorder(copy, key)).evidence};
}

}  // namespace

TEST_CASE("evidence of each kind is written, read back and convicts") {
  std::string kinds;
  for (const Evidence& evidence : convictions()) {
    const std::string text = encode_evidence(evidence);
    kinds += std::string(evidence_kind(evidence)) + " ";

    CHECK(must(parse_evidence(text)) == evidence);
    CHECK(rule_of(evidence) == "convicted");
    CHECK(canonical_json(must(parse_json(text))) == text);
  }
  CHECK(kinds == "fork fork rewrite disorder ");
}

TEST_CASE("evidence with any byte changed convicts of nothing else") {
  for (const Evidence& evidence : convictions()) {
    const std::string good = encode_evidence(evidence);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 7)));
      const auto parsed = parse_evidence(bad);
      // Hex digits may be capitals: then it is the same evidence.
      if (!parsed || *parsed == evidence) continue;
      CAPTURE(at);
      CHECK(rule_of(*parsed) != "convicted");
    }
  }
}

TEST_CASE("evidence under another operator's key convicts nobody") {
  const VerifierKey other("log.example/one", signer_of(8).public_key());
  const VerifierKey renamed("log.example/two", signer_of(9).public_key());
  for (const Evidence& evidence : convictions()) {
    CHECK(judge_evidence(evidence, other).error().rule == "checkpoint.unknown_key");
    CHECK(judge_evidence(evidence, renamed).error().rule == "checkpoint.unknown_key");
  }
}

TEST_CASE("an honest operator is not convicted by checkpoints of different sizes") {
  OperatedLog log(5);
  const std::string first = log.sign_head();
  const Hash root = must(log.store().head()).root;
  log.append(6, 5);
  const std::string second = log.sign_head();
  const Proof proof = must(prove_consistency(log.store(), {5}, {11}));

  CHECK(rule_of(ForkEvidence{first, second, PrefixRoot{root, proof}}) ==
        "evidence.no_contradiction");
  CHECK(rule_of(ForkEvidence{first, first}) == "evidence.no_contradiction");
  CHECK(rule_of(ForkEvidence{first, second}) == "unreadable");
  CHECK(rule_of(ForkEvidence{second, first, PrefixRoot{root, proof}}) == "unreadable");
  CHECK(rule_of(ForkEvidence{first, first, PrefixRoot{root, {}}}) == "unreadable");
  for (std::size_t i = 0; i < proof.size(); ++i) {
    Proof bad = proof;
    bad[i].bytes[0] ^= 1U;
    CHECK(rule_of(ForkEvidence{first, second, PrefixRoot{root, bad}}) == "evidence.proof");
  }
  Hash other = root;
  other.bytes[31] ^= 1U;
  CHECK(rule_of(ForkEvidence{first, second, PrefixRoot{other, proof}}) == "evidence.proof");
}

TEST_CASE("an honest operator is not convicted by receipts") {
  OperatedLog log(9);
  const std::string now = log.sign_head();
  const Receipt two = must(make_receipt(log.store(), {2}, now));
  const Receipt three = must(make_receipt(log.store(), {3}, now));

  CHECK(rule_of(RewriteEvidence{two, now, leaf_hash(two.entry), two.proof.hashes}) ==
        "evidence.no_contradiction");
  CHECK(rule_of(RewriteEvidence{two, now, leaf_hash(three.entry), three.proof.hashes}) ==
        "evidence.proof");
  CHECK(rule_of(DisorderEvidence{two, three}) == "evidence.no_contradiction");
  CHECK(rule_of(DisorderEvidence{three, two}) == "evidence.no_contradiction");
  CHECK(rule_of(DisorderEvidence{two, two}) == "evidence.no_contradiction");
}

TEST_CASE("what is not evidence says where it stops being it") {
  for (const auto& item : std::vector<std::pair<std::string, std::string>>{
           {"", "evidence: "},
           {"[]", "evidence: "},
           {R"({"v":2})", "evidence.v: "},
           {R"({"kind":"fork","v":1})", "evidence.first: "},
           {R"({"kind":"split","v":1})", "evidence.kind: got \"split\""},
           {R"({"first":"a","kind":"fork","second":"b","third":"c","v":1})", "evidence"},
           {R"({"kind":"rewrite","receipt":{"v":1},"v":1})", "evidence.receipt: "},
           {std::string(max_evidence_bytes + 1, ' '), "evidence: got 1048577 bytes"}}) {
    CAPTURE(item.second);
    CHECK(test::must_fail(parse_evidence(item.first)).starts_with(item.second));
  }
}
