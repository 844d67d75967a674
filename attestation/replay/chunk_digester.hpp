#pragma once

#include <cstdint>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"

namespace muster::attestation {

/// Makes the chunk digests of memory whose bytes come in pieces of any length: SHA-256 of each
/// chunk, the last one filled up with zeros, and 32 zero bytes for one that is all zero.
class ChunkDigester final {
 public:
  /// Requires: chunk_bytes above 0.
  explicit ChunkDigester(std::uint64_t chunk_bytes)
      : chunk_bytes_(static_cast<std::size_t>(chunk_bytes)) {}

  void add(ByteView piece);
  /// Of all that was added, and zero chunks up to `count`. Requires: no more than `count` chunks.
  [[nodiscard]] std::vector<Hash> finish(std::size_t count);

 private:
  std::size_t chunk_bytes_;
  Bytes begun_;  // of a chunk that is not full
  std::vector<Hash> chunks_;
};

}  // namespace muster::attestation
