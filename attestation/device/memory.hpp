#pragma once

#include <span>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"

namespace muster::attestation {

/// Most chunks that a memory may have.
inline constexpr std::size_t max_chunks = 65'536;

/// The digest of a chunk whose bytes are all zero: 32 zero bytes, by definition, so that nobody
/// has to hash gigabytes of nothing. Every other chunk has the SHA-256 of its bytes.
inline constexpr Hash zero_chunk{};

/// The Merkle root over the chunk digests of all of memory, in order of address.
///
/// leaf = SHA-256(0x00 || digest), node = SHA-256(0x01 || left || right), the left side of n
/// leaves being the largest power of two below n, as in RFC 6962 section 2.1.
/// Requires: at least one digest. Cost: two hashes for each chunk.
[[nodiscard]] Hash memory_root(std::span<const Hash> chunks);

/// The root of `chunks` zero chunks. Cost: as many hashes as a number of chunks has bits.
[[nodiscard]] Hash zero_memory_root(std::size_t chunks);

/// The chunk digests under the memory root of one snapshot. It is content-addressed: whether it is
/// right is seen by computing the root again, so it needs no signature.
struct Opening {
  Hash root;
  std::vector<Hash> chunks;
};

/// Appends the CBOR form of an opening (device_log.cddl).
void append_opening(Bytes& out, const Hash& root, std::span<const Hash> chunks);

/// The openings of a sequence that lead to their roots, sorted by root. Wrong and doubled ones do
/// no harm; what follows a fault of encoding is not read. Cost: two hashes for each chunk, once,
/// however many snapshots have the root.
[[nodiscard]] std::vector<Opening> openings_in(ByteView sequence);

/// The digests under `root`, empty if `openings` (of `openings_in`) has none.
[[nodiscard]] std::span<const Hash> opened_chunks(std::span<const Opening> openings,
                                                  const Hash& root);

}  // namespace muster::attestation
