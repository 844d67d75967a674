#include "ledger/evidence.hpp"

#include <algorithm>

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

std::string rule_by_keys(const Evidence& evidence) {
  const auto verdict = judge_evidence(evidence, OperatedLog::keys());
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
  const auto keys = OperatedLog::keys();
  return {*must(compare_checkpoints(held, same_size, keys)).evidence,
          *must(compare_with_held(copy, held, keys)).evidence,
          *must(compare_with_receipt(copy, receipt, keys)).evidence,
          *must(look_for_disorder(copy, keys)).evidence};
}

}  // namespace

TEST_CASE("evidence of each kind is written, read back and convicts") {
  std::string kinds;
  for (const Evidence& evidence : convictions()) {
    const std::string text = encode_evidence(evidence);
    kinds += std::string(evidence_kind(evidence)) + " ";

    CHECK(must(parse_evidence(text)) == evidence);
    CHECK(rule_by_keys(evidence) == "convicted");
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
      CHECK(rule_by_keys(*parsed) != "convicted");
    }
  }
}

TEST_CASE("evidence under another operator's key convicts nobody") {
  const VerifierKey other("log.example/one", signer_of(8).public_key());
  const VerifierKey renamed("log.example/two", signer_of(9).public_key());
  for (const Evidence& evidence : convictions()) {
    for (const VerifierKey* key : {&other, &renamed}) {
      CHECK(judge_evidence(evidence, std::span(key, 1)).error().rule == "checkpoint.unknown_key");
    }
    CHECK(judge_evidence(evidence, {}).error().rule == "checkpoint.unknown_key");
  }
}

TEST_CASE("an honest operator is not convicted by checkpoints of different sizes") {
  OperatedLog log(5);
  const std::string first = log.sign_head();
  const Hash root = must(log.store().head()).root;
  log.append(6, 5);
  const std::string second = log.sign_head();
  const Proof proof = must(prove_consistency(log.store(), {5}, {11}));

  CHECK(rule_by_keys(CheckpointPair{first, second, PrefixRoot{root, proof}}) ==
        "evidence.no_contradiction");
  CHECK(rule_by_keys(CheckpointPair{first, first}) == "evidence.no_contradiction");
  CHECK(rule_by_keys(CheckpointPair{first, second}) == "evidence.unconnected");
  CHECK(rule_by_keys(CheckpointPair{second, first, PrefixRoot{root, proof}}) == "unreadable");
  CHECK(rule_by_keys(CheckpointPair{first, first, PrefixRoot{root, {}}}) == "unreadable");
  for (std::size_t i = 0; i < proof.size(); ++i) {
    Proof bad = proof;
    bad[i].bytes[0] ^= 1U;
    CHECK(rule_by_keys(CheckpointPair{first, second, PrefixRoot{root, bad}}) == "evidence.proof");
  }
  Hash other = root;
  other.bytes[31] ^= 1U;
  CHECK(rule_by_keys(CheckpointPair{first, second, PrefixRoot{other, proof}}) == "evidence.proof");
}

TEST_CASE("an honest operator is not convicted by receipts") {
  OperatedLog log(9);
  const std::string now = log.sign_head();
  const Receipt two = must(make_receipt(log.store(), {2}, now));
  const Receipt three = must(make_receipt(log.store(), {3}, now));

  CHECK(rule_by_keys(RewriteEvidence{two, now, leaf_hash(two.entry), two.proof.hashes}) ==
        "evidence.no_contradiction");
  CHECK(rule_by_keys(RewriteEvidence{two, now, leaf_hash(three.entry), three.proof.hashes}) ==
        "evidence.proof");
  CHECK(rule_by_keys(DisorderEvidence{two, three}) == "evidence.no_contradiction");
  CHECK(rule_by_keys(DisorderEvidence{three, two}) == "evidence.no_contradiction");
  CHECK(rule_by_keys(DisorderEvidence{two, two}) == "evidence.no_contradiction");
}

TEST_CASE("a rewrite across a change of the operator's key convicts by both keys together") {
  OperatedLog honest(7);
  const std::string held = honest.sign_head();
  const Receipt receipt = must(make_receipt(honest.store(), {2}, held));
  OperatedLog other = honest.rewritten([](std::vector<Entry>& entries) {
    entries[2].envelope = envelopes_of(1, 999)[0];
    entries[6].accepted_at.ms = 1;
  });
  other.append(4, 50);
  const std::string now = other.sign_head(8);
  const std::vector<VerifierKey> keys{OperatedLog::key(),
                                      {"log.example/one", signer_of(8).public_key()}};
  const LogCopy copy{&other.store(), now};

  for (const Evidence& evidence : {*must(compare_with_held(copy, held, keys)).evidence,
                                   *must(compare_with_receipt(copy, receipt, keys)).evidence}) {
    CHECK(must(judge_evidence(evidence, keys)).origin == "log.example/one");
    for (const VerifierKey& key : keys) {
      CHECK(judge_evidence(evidence, std::span(&key, 1)).error().rule == "checkpoint.unknown_key");
    }
  }
  const Receipt earlier = must(make_receipt(honest.store(), {6}, held));
  const Receipt later = must(make_receipt(other.store(), {7}, now));
  CHECK(must(judge_evidence(DisorderEvidence{earlier, later}, keys)).kind == "disorder");
  CHECK(judge_evidence(DisorderEvidence{later, earlier}, keys).error().rule ==
        "evidence.no_contradiction");
}

TEST_CASE("what one operator signed for two logs contradicts nothing") {
  OperatedLog log(7);
  const std::string now = log.sign_head();
  const TreeHead head = must(log.store().head());
  const std::vector<VerifierKey> keys{OperatedLog::key(),
                                      {"log.example/two", signer_of(9).public_key()}};
  const std::string other_log =
      sign_checkpoint({"log.example/two", head.size, Hash{}, {}}, "log.example/two", signer_of(9));
  const Receipt receipt = must(make_receipt(log.store(), {2}, now));
  Receipt of_other = receipt;
  of_other.proof.checkpoint = sign_checkpoint({"log.example/two", head.size, head.root, {}},
                                              "log.example/two", signer_of(9));

  const auto rule = [&](const Evidence& evidence) {
    return judge_evidence(evidence, keys).error().rule;
  };
  CHECK(rule(CheckpointPair{now, other_log}) == "evidence.origin");
  CHECK(rule(RewriteEvidence{receipt, other_log, Hash{}, receipt.proof.hashes}) ==
        "evidence.origin");
  CHECK(rule(DisorderEvidence{receipt, of_other}) == "evidence.origin");
}

TEST_CASE("a piece of evidence has one file name, and another piece another") {
  std::vector<std::string> names;
  for (const Evidence& evidence : convictions()) {
    const std::string name = evidence_file_name(evidence);
    CHECK(name.starts_with(std::string(evidence_kind(evidence)) + "-"));
    CHECK(name.size() == evidence_kind(evidence).size() + 1 + 16 + 5);
    CHECK(evidence_file_name(must(parse_evidence(encode_evidence(evidence)))) == name);
    CHECK(std::ranges::find(names, name) == names.end());
    names.push_back(name);
  }
}

TEST_CASE("what is not evidence says where it stops being it") {
  for (const auto& item : std::vector<std::pair<std::string, std::string>>{
           {"", "evidence: "},
           {"[]", "evidence: "},
           {R"({"v":2})", "evidence.v: "},
           {R"({"kind":"fork","v":1})", "evidence.first: "},
           {R"({"kind":"split-view","v":1})", "evidence.kind: got \"split-view\""},
           {R"({"first":"a","kind":"fork","second":"b","third":"c","v":1})", "evidence"},
           {R"({"kind":"rewrite","receipt":{"v":1},"v":1})", "evidence.receipt: "},
           {std::string(max_evidence_bytes + 1, ' '), "evidence: got 1048577 bytes"}}) {
    CAPTURE(item.second);
    CHECK(test::must_fail(parse_evidence(item.first)).starts_with(item.second));
  }
}
