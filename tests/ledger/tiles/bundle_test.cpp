#include "ledger/tiles/bundle.hpp"

#include <algorithm>

#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;

namespace {

std::string rule_of(const Result<std::vector<ByteView>>& result) {
  REQUIRE_FALSE(result);
  return result.error().rule;
}

}  // namespace

TEST_CASE("a bundle holds each entry behind its length in two bytes, the high one first") {
  const std::vector<Bytes> entries{to_bytes("one"), {}, Bytes(258, 7)};

  const Bytes bundle = must(encode_bundle(entries));

  CHECK(bundle.size() == 3 * 2 + 3 + 258);
  CHECK(as_text(ByteView(bundle).first(5)) == std::string_view("\0\3one", 5));
  CHECK(bundle[7] == 1);
  CHECK(bundle[8] == 2);
  const auto split = must(split_bundle(bundle, 3));
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::ranges::equal(split[i], entries[i]));
}

TEST_CASE("an entry has at most 65,535 bytes") {
  CHECK(must(encode_bundle(std::vector<Bytes>{Bytes(65'535)})).size() == 65'537);
  CHECK_FALSE(encode_bundle(std::vector<Bytes>{Bytes(65'536)}));
}

TEST_CASE("a bundle that ends early or goes on is refused, at every byte") {
  const Bytes bundle = must(encode_bundle(std::vector<Bytes>{to_bytes("one"), to_bytes("four")}));
  for (std::size_t size = 0; size < bundle.size(); ++size) {
    CHECK(rule_of(split_bundle(ByteView(bundle).first(size), 2)) == "bundle.truncated");
  }
  Bytes longer = bundle;
  longer.push_back(0);
  CHECK(rule_of(split_bundle(longer, 2)) == "bundle.trailing");
  CHECK(rule_of(split_bundle(bundle, 1)) == "bundle.trailing");
  CHECK(rule_of(split_bundle(bundle, 3)) == "bundle.truncated");
  CHECK(must(split_bundle({}, 0)).empty());
}

TEST_CASE("a tile is its hashes one after the other, and nothing else") {
  std::vector<Hash> hashes(3);
  hashes[1].bytes.fill(5);
  Bytes tile = encode_hashes(hashes);

  CHECK(tile.size() == 96);
  CHECK(must(split_hashes(tile, 3)) == hashes);
  CHECK_FALSE(split_hashes(tile, 2));
  tile.pop_back();
  CHECK_FALSE(split_hashes(tile, 3));
}
