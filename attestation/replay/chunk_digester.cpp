#include "attestation/replay/chunk_digester.hpp"

#include <algorithm>

#include "attestation/device/memory.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

Hash digest_of_chunk(ByteView chunk) {
  const bool is_zero = std::ranges::all_of(chunk, [](std::uint8_t byte) { return byte == 0; });
  return is_zero ? zero_chunk : crypto::sha256(chunk);
}

}  // namespace

void ChunkDigester::add(ByteView piece) {
  while (!piece.empty()) {
    if (begun_.empty() && piece.size() >= chunk_bytes_) {
      chunks_.push_back(digest_of_chunk(piece.first(chunk_bytes_)));
      piece = piece.subspan(chunk_bytes_);
      continue;
    }
    const std::size_t taken = std::min(piece.size(), chunk_bytes_ - begun_.size());
    append(begun_, piece.first(taken));
    piece = piece.subspan(taken);
    if (begun_.size() < chunk_bytes_) continue;
    chunks_.push_back(digest_of_chunk(begun_));
    begun_.clear();
  }
}

std::vector<Hash> ChunkDigester::finish(std::size_t count) {
  if (!begun_.empty()) {
    begun_.resize(chunk_bytes_, 0);
    chunks_.push_back(digest_of_chunk(begun_));
    begun_.clear();
  }
  MUSTER_CHECK(chunks_.size() <= count);
  chunks_.resize(count, zero_chunk);
  return std::exchange(chunks_, {});
}

}  // namespace muster::attestation
