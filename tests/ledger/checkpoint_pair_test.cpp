#include "ledger/checkpoint_pair.hpp"

#include "ledger/contradiction.hpp"
#include "ledger/log.hpp"
#include "ledger/proofs.hpp"
#include "ledger/store/memory_store.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::log_name;
using muster::test::must;
using muster::test::must_fail;
using muster::test::signer_of;

namespace {

const VerifierKey first_key(log_name, signer_of(1).public_key());
const std::span log_keys(&first_key, 1);

std::string signed_head(const TreeHead& head, std::uint64_t key = 1,
                        const std::string& name = log_name) {
  return sign_checkpoint({name, head.size, head.root, {}}, name, signer_of(key));
}

/// The signed checkpoint of a store's first entries.
std::string signed_at(Store& store, TreeSize size) {
  return signed_head({size, must(root_at(store, size))});
}

/// A history of `size` entries that leaves the common one at entry `fork`.
void write_history(Store& store, std::uint64_t size, std::uint64_t fork) {
  Log log = must(Log::open(store));
  must(log.append({0}, {1000}, envelopes_of(fork)));
  if (size > fork) must(log.append({fork}, {1000}, envelopes_of(size - fork, 1'000)));
}

CheckpointRelation relation(const CheckpointPair& pair) {
  return must(judge_pair(pair, log_keys)).relation;
}

std::string rule_of(const CheckpointPair& pair, std::span<const VerifierKey> keys = log_keys) {
  const auto facts = judge_pair(pair, keys);
  return facts ? "judged" : facts.error().rule;
}

}  // namespace

TEST_CASE("two roots of one size are a fork, whoever shows them in which order") {
  const std::string one = signed_head({{5}, leaf_hash(as_bytes("a"))});
  const std::string other = signed_head({{5}, leaf_hash(as_bytes("b"))});

  const CheckpointPair pair = must(pair_of_checkpoints(one, other));

  CHECK(pair == must(pair_of_checkpoints(other, one)));
  CHECK(relation(pair) == CheckpointRelation::fork);
  CHECK(relation(must(pair_of_checkpoints(one, one))) == CheckpointRelation::equal);
}

TEST_CASE("two sizes are connected by the log's own proof, and by nothing else") {
  MemoryStore store;
  write_history(store, 9, 9);
  CheckpointPair pair = must(pair_of_checkpoints(signed_at(store, {9}), signed_at(store, {4})));
  CHECK(relation(pair) == CheckpointRelation::unconnected);
  CHECK(must(compare_checkpoints(pair.second, pair.first, log_keys)).outcome ==
        Comparison::Outcome::unknown);

  pair.prefix = must(prefix_by_log(store, pair));
  REQUIRE(pair.prefix);
  CHECK(relation(pair) == CheckpointRelation::consistent);

  pair.prefix->proof[0].bytes[0] ^= 1U;
  CHECK(rule_of(pair) == "evidence.proof");
}

TEST_CASE("a copy of the second history shows that it does not begin with the first") {
  MemoryStore honest;
  MemoryStore forked;
  write_history(honest, 4, 4);
  write_history(forked, 9, 3);
  CheckpointPair pair = must(pair_of_checkpoints(signed_at(honest, {4}), signed_at(forked, {9})));

  CHECK_FALSE(must(prefix_by_log(honest, pair)));
  pair.prefix = must(prefix_by_log(forked, pair));

  REQUIRE(pair.prefix);
  CHECK(relation(pair) == CheckpointRelation::fork);
}

TEST_CASE("a prefix that is made up shows nothing") {
  MemoryStore store;
  write_history(store, 9, 9);
  CheckpointPair pair = must(pair_of_checkpoints(signed_at(store, {4}), signed_at(store, {9})));
  pair.prefix = must(prefix_by_log(store, pair));

  pair.prefix->root.bytes[0] ^= 1U;

  CHECK(rule_of(pair) == "evidence.proof");
}

TEST_CASE("a prefix stands only where there is something to show") {
  MemoryStore store;
  write_history(store, 9, 9);
  const PrefixRoot prefix{must(root_at(store, {4})), must(prove_consistency(store, {4}, {9}))};
  const std::string empty = signed_head({{0}, empty_root()});

  CHECK_FALSE(must(prefix_by_log(store, {empty, signed_at(store, {9})})));
  CHECK_FALSE(must(prefix_by_log(store, {signed_at(store, {9}), signed_at(store, {9})})));
  for (const CheckpointPair& pair :
       {CheckpointPair{signed_at(store, {9}), signed_at(store, {9}), prefix},
        CheckpointPair{empty, signed_at(store, {9}), prefix},
        CheckpointPair{signed_at(store, {9}), signed_at(store, {4}), prefix}}) {
    CHECK(judge_pair(pair, log_keys).error().code == Errc::invalid_input);
  }
}

TEST_CASE("the empty tree begins every tree, and has one root") {
  const std::string empty = signed_head({{0}, empty_root()});
  const std::string five = signed_head({{5}, leaf_hash(as_bytes("a"))});

  CHECK(relation(must(pair_of_checkpoints(empty, five))) == CheckpointRelation::consistent);
  CHECK(must(compare_checkpoints(five, empty, log_keys)).outcome == Comparison::Outcome::agrees);
  const std::string impossible = signed_head({{0}, Hash{}});
  CHECK(relation(must(pair_of_checkpoints(impossible, five))) == CheckpointRelation::fork);
  const auto convicted = must(compare_checkpoints(five, impossible, log_keys));
  CHECK(convicted.outcome == Comparison::Outcome::contradicts);
  CHECK(convicted.why.find("for an empty log") != std::string::npos);
}

TEST_CASE("a held checkpoint of an empty log with a root that none has convicts") {
  MemoryStore store;
  write_history(store, 5, 5);
  const std::string now = signed_at(store, {5});
  const LogCopy copy{&store, now};

  CHECK(must(compare_with_held(copy, signed_head({{0}, empty_root()}), log_keys)).outcome ==
        Comparison::Outcome::agrees);
  const auto found = must(compare_with_held(copy, signed_head({{0}, Hash{}}), log_keys));
  REQUIRE(found.evidence);
  CHECK(must(judge_evidence(*found.evidence, log_keys)).kind == "fork");
}

TEST_CASE("what the log did not sign, or what is of another log, says nothing about it") {
  const std::string one = signed_head({{5}, leaf_hash(as_bytes("a"))});
  const std::vector<VerifierKey> keys{first_key, {"log.example/two", signer_of(1).public_key()}};

  CHECK(rule_of({one, signed_head({{5}, Hash{}}, 2)}, keys) == "checkpoint.unknown_key");
  CHECK(rule_of({one, signed_head({{5}, Hash{}}, 1, "log.example/two")}, keys) ==
        "evidence.origin");
  std::string forged = one;
  forged[log_name.size() + 1] = '6';
  CHECK(rule_of({one, forged}, keys) == "checkpoint.bad_signature");
  CHECK(must_fail(pair_of_checkpoints(one, "nothing signed")).size() > 0);
}

TEST_CASE("a key that signs for a log of another name forks nothing") {
  const std::string other = "log.example/other";
  const auto head_of_other = [&](const std::string& leaf) {
    return sign_checkpoint({other, {5}, leaf_hash(as_bytes(leaf)), {}}, log_name, signer_of(1));
  };
  CHECK(rule_of({head_of_other("a"), head_of_other("b")}) == "checkpoint.origin");
}

TEST_CASE("an operator cannot void its signature by a bad one under another of its keys") {
  const VerifierKey second(log_name, signer_of(2).public_key());
  const std::vector<VerifierKey> keys{second, first_key};
  // The line of the second key is taken from another note.
  const std::string elsewhere = signed_head({{9}, leaf_hash(as_bytes("z"))}, 2);
  const std::string line = elsewhere.substr(elsewhere.find("\n\n") + 2);
  const std::string one = signed_head({{5}, leaf_hash(as_bytes("a"))}) + line;
  const std::string other = signed_head({{5}, leaf_hash(as_bytes("b"))}) + line;
  REQUIRE_FALSE(verify_checkpoint(one, keys));

  const auto facts = must(judge_pair(must(pair_of_checkpoints(one, other)), keys));
  CHECK(facts.relation == CheckpointRelation::fork);
}

TEST_CASE("a pair comes back from its file as it went in, connected or not") {
  MemoryStore store;
  write_history(store, 9, 9);
  CheckpointPair pair =
      must(pair_of_checkpoints(signed_head({{4}, Hash{}}), signed_at(store, {9})));
  const std::string name = evidence_file_name(pair);
  CHECK(must(parse_evidence(encode_evidence(pair))) == Evidence(pair));
  CHECK(judge_evidence(pair, log_keys).error().rule == "evidence.unconnected");

  pair.prefix = must(prefix_by_log(store, pair));

  CHECK(must(parse_evidence(encode_evidence(pair))) == Evidence(pair));
  CHECK(must(judge_evidence(pair, log_keys)).kind == "fork");
  CHECK(evidence_file_name(pair) != name);
}

TEST_CASE("a pair with a field that is not one of its own is refused by field") {
  const std::string good = encode_evidence(CheckpointPair{"a", "b"});
  REQUIRE(parse_evidence(good));

  CHECK_FALSE(parse_evidence(good.substr(1)));
  CHECK(
      must_fail(
          parse_evidence(
              R"({"first":"a","kind":"fork","prefix":{"proof":["x"],"root":"x"},"second":"b","v":1})"))
          .find("prefix.root") != std::string::npos);
  CHECK(must_fail(parse_evidence(R"({"first":"a","kind":"fork","prefix":null,"second":"b","v":1})"))
            .find("prefix") != std::string::npos);
}
