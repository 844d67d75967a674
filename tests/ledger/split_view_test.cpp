#include "ledger/split_view.hpp"

#include "ledger/log.hpp"
#include "ledger/proofs.hpp"
#include "ledger/store/memory_store.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::must;
using muster::test::must_fail;
using muster::test::signer_of;

namespace {

const std::string origin = "log.example/one";
const VerifierKey log_key(origin, signer_of(1).public_key());

std::string signed_head(const TreeHead& head, std::uint64_t key = 1,
                        const std::string& name = origin) {
  return sign_checkpoint({name, head.size, head.root, {}}, name, signer_of(key));
}

/// A history of `size` entries that leaves the common one at entry `fork`.
void write_history(Store& store, std::uint64_t size, std::uint64_t fork) {
  Log log = must(Log::open(store));
  must(log.append({0}, {1000}, envelopes_of(fork)));
  if (size > fork) must(log.append({fork}, {1000}, envelopes_of(size - fork, 1'000)));
}

CheckpointRelation relation(const SplitView& view) {
  return must(verify_split_view(view, std::span(&log_key, 1))).relation;
}

}  // namespace

TEST_CASE("two roots of one size are a fork, whoever shows them in which order") {
  const std::string one = signed_head({{5}, leaf_hash(as_bytes("a"))});
  const std::string other = signed_head({{5}, leaf_hash(as_bytes("b"))});

  const SplitView view = must(split_view_of(one, other));

  CHECK(view == must(split_view_of(other, one)));
  CHECK(relation(view) == CheckpointRelation::fork);
  CHECK(relation(must(split_view_of(one, one))) == CheckpointRelation::equal);
}

TEST_CASE("two sizes are connected by the log's own proof, and by nothing else") {
  MemoryStore store;
  write_history(store, 9, 9);
  SplitView view = must(split_view_of(signed_head({{9}, must(root_at(store, {9}))}),
                                      signed_head({{4}, must(root_at(store, {4}))})));
  CHECK(relation(view) == CheckpointRelation::unconnected);

  view.beginning = must(beginning_by_log(store, view));
  REQUIRE(view.beginning);
  CHECK(relation(view) == CheckpointRelation::consistent);

  view.beginning->proof[0].bytes[0] ^= 1U;
  CHECK(relation(view) == CheckpointRelation::unconnected);
}

TEST_CASE("a copy of the second history shows that it does not begin with the first") {
  MemoryStore honest;
  MemoryStore forked;
  write_history(honest, 4, 4);
  write_history(forked, 9, 3);
  SplitView view = must(split_view_of(signed_head({{4}, must(root_at(honest, {4}))}),
                                      signed_head({{9}, must(root_at(forked, {9}))})));

  CHECK_FALSE(must(beginning_by_log(honest, view)));
  view.beginning = must(beginning_by_log(forked, view));

  REQUIRE(view.beginning);
  CHECK(relation(view) == CheckpointRelation::fork);
}

TEST_CASE("a beginning that is made up shows nothing") {
  MemoryStore store;
  write_history(store, 9, 9);
  SplitView view = must(split_view_of(signed_head({{4}, must(root_at(store, {4}))}),
                                      signed_head({{9}, must(root_at(store, {9}))})));
  view.beginning = must(beginning_by_log(store, view));

  view.beginning->root.bytes[0] ^= 1U;

  CHECK(relation(view) == CheckpointRelation::unconnected);
}

TEST_CASE("the empty tree begins every tree, and has one root") {
  const std::string empty = signed_head({{0}, empty_root()});
  const std::string five = signed_head({{5}, leaf_hash(as_bytes("a"))});

  CHECK(relation(must(split_view_of(empty, five))) == CheckpointRelation::consistent);
  const std::string impossible = signed_head({{0}, Hash{}});
  CHECK(relation(must(split_view_of(impossible, five))) == CheckpointRelation::fork);
}

TEST_CASE("what the log did not sign, or what is of another log, is no evidence against it") {
  const std::string one = signed_head({{5}, leaf_hash(as_bytes("a"))});
  const auto rule_of = [](const SplitView& view) {
    const std::vector<VerifierKey> keys{log_key, {"log.example/two", signer_of(1).public_key()}};
    return verify_split_view(view, keys).error().rule;
  };

  CHECK(rule_of({one, signed_head({{5}, Hash{}}, 2)}) == "checkpoint.unknown_key");
  CHECK(rule_of({one, signed_head({{5}, Hash{}}, 1, "log.example/two")}) == "split_view.origin");
  std::string forged = one;
  forged[origin.size() + 1] = '6';
  CHECK(rule_of({one, forged}) == "checkpoint.bad_signature");
}

TEST_CASE("evidence comes back from its file as it went in, and has a name of its own") {
  MemoryStore store;
  write_history(store, 9, 9);
  SplitView view = must(
      split_view_of(signed_head({{4}, Hash{}}), signed_head({{9}, must(root_at(store, {9}))})));
  const std::string name = split_view_file_name(view);
  CHECK(must(parse_split_view(encode_split_view(view))) == view);

  view.beginning = must(beginning_by_log(store, view));

  CHECK(must(parse_split_view(encode_split_view(view))) == view);
  CHECK(split_view_file_name(view) != name);
  CHECK(name.starts_with("split-view-"));
  CHECK(name.size() == 32);
}

TEST_CASE("what is no split view is refused by field") {
  const std::string good = encode_split_view({"a", "b"});
  REQUIRE(parse_split_view(good));

  CHECK(must_fail(parse_split_view(R"({"v":2})")).starts_with("split view.v"));
  CHECK(must_fail(parse_split_view(R"({"kind":"other","v":1})")) ==
        "split view.kind: got other, want split-view");
  CHECK_FALSE(parse_split_view(good.substr(1)));
  CHECK_FALSE(parse_split_view(
      R"({"beginning":{"proof":["x"],"root":"x"},"first":"a","kind":"split-view","second":"b","v":1})"));
}
