#include "attestation/device/memory.hpp"

#include <algorithm>
#include <bit>

#include "attestation/cbor/reader.hpp"
#include "attestation/cbor/writer.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::uint8_t leaf_mark = 0;
constexpr std::uint8_t node_mark = 1;

// Marks are a byte long: their midstate is the library's start with one byte buffered.
Hash leaf_of(const Hash& chunk) {
  static const crypto::Sha256Midstate start(ByteView(&leaf_mark, 1));
  return start.digest({chunk.view()});
}

Hash node_of(const Hash& left, const Hash& right) {
  static const crypto::Sha256Midstate start(ByteView(&node_mark, 1));
  return start.digest({left.view(), right.view()});
}

Hash subtree(std::span<const Hash> chunks) {
  if (chunks.size() == 1) return leaf_of(chunks.front());
  const std::size_t left = std::bit_floor(chunks.size() - 1);
  return node_of(subtree(chunks.first(left)), subtree(chunks.subspan(left)));
}

}  // namespace

Hash memory_root(std::span<const Hash> chunks) {
  MUSTER_CHECK(!chunks.empty());
  return subtree(chunks);
}

Hash zero_memory_root(std::size_t chunks) {
  MUSTER_CHECK(chunks > 0);
  // The tree over n leaves is the full trees of the bits of n, joined from the right.
  Hash full = leaf_of(zero_chunk);
  Hash joined{};
  bool any = false;
  for (std::size_t rest = chunks; rest > 0; rest >>= 1U) {
    if ((rest & 1U) != 0) {
      joined = any ? node_of(full, joined) : full;
      any = true;
    }
    full = node_of(full, full);
  }
  return joined;
}

void append_opening(Bytes& out, const Hash& root, std::span<const Hash> chunks) {
  Bytes digests;
  digests.reserve(chunks.size() * Hash::size_bytes);
  for (const Hash& chunk : chunks) append(digests, chunk.view());
  CborWriter writer(out);
  writer.map(2);
  writer.unsigned_integer(0);
  writer.bytes(root.view());
  writer.unsigned_integer(1);
  writer.bytes(digests);
}

std::vector<Opening> openings_in(ByteView sequence) {
  std::vector<Opening> openings;
  CborReader reader(sequence);
  while (reader.ok() && !reader.at_end()) {
    reader.require(reader.map() == 2);
    reader.require(reader.unsigned_integer() == 0);
    const auto root = Hash::from_bytes(reader.byte_string());
    reader.require(reader.unsigned_integer() == 1);
    const ByteView digests = reader.byte_string();
    const std::size_t count = digests.size() / Hash::size_bytes;
    reader.require(root.has_value() && count > 0 && count <= max_chunks);
    reader.require(digests.size() == count * Hash::size_bytes);
    if (!reader.ok()) break;
    Opening opening{*root, std::vector<Hash>(count)};
    for (std::size_t i = 0; i < count; ++i) {
      std::ranges::copy(digests.subspan(i * Hash::size_bytes, Hash::size_bytes),
                        opening.chunks[i].bytes.begin());
    }
    if (memory_root(opening.chunks) == opening.root) openings.push_back(std::move(opening));
  }
  std::ranges::stable_sort(openings, {}, &Opening::root);
  return openings;
}

std::span<const Hash> opened_chunks(std::span<const Opening> openings, const Hash& root) {
  const auto found = std::ranges::lower_bound(openings, root, {}, &Opening::root);
  if (found == openings.end() || found->root != root) return {};
  return found->chunks;
}

}  // namespace muster::attestation
