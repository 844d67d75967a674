#include "attestation/device/memory.hpp"

#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;

namespace {

std::vector<Hash> some_chunks(std::size_t count) {
  std::vector<Hash> chunks;
  for (std::size_t i = 0; i < count; ++i) chunks.push_back(crypto::sha256(u64be(i)));
  return chunks;
}

Hash leaf(const Hash& chunk) {
  const std::uint8_t mark = 0;
  return crypto::sha256({ByteView(&mark, 1), chunk.view()});
}

Hash node(const Hash& left, const Hash& right) {
  const std::uint8_t mark = 1;
  return crypto::sha256({ByteView(&mark, 1), left.view(), right.view()});
}

}  // namespace

TEST_CASE("the root of three chunks, built by hand") {
  const auto chunks = some_chunks(3);
  CHECK(memory_root(chunks) == node(node(leaf(chunks[0]), leaf(chunks[1])), leaf(chunks[2])));
}

TEST_CASE("the short cut for zero memory agrees with the tree at every size to 100") {
  for (std::size_t count = 1; count <= 100; ++count) {
    CHECK(zero_memory_root(count) == memory_root(std::vector<Hash>(count)));
  }
}

TEST_CASE("an opening is found by its root, and a wrong one under that root is not") {
  const auto chunks = some_chunks(5);
  auto other = chunks;
  other[4].bytes[31] ^= 1U;
  const Hash root = memory_root(chunks);
  Bytes sequence;
  append_opening(sequence, root, other);
  append_opening(sequence, root, chunks);
  append_opening(sequence, memory_root(other), chunks);

  const auto openings = openings_in(sequence);

  REQUIRE(openings.size() == 1);
  const auto found = opened_chunks(openings, root);
  CHECK(std::vector<Hash>(found.begin(), found.end()) == chunks);
  CHECK(opened_chunks(openings, memory_root(other)).empty());
  CHECK(opened_chunks(openings, Hash{}).empty());
}

TEST_CASE("openings before a fault are kept") {
  const auto chunks = some_chunks(2);
  Bytes sequence;
  append_opening(sequence, memory_root(chunks), chunks);
  const std::size_t whole = sequence.size();
  append_opening(sequence, memory_root(chunks), chunks);

  for (std::size_t size = 0; size < sequence.size(); ++size) {
    CHECK(openings_in(ByteView(sequence).first(size)).size() == size / whole);
  }
}
