#include "attestation/replay/training_text.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {

TrainingText::TrainingText(Bytes bytes) : bytes_(std::move(bytes)) {
  for (std::size_t at = 0; at < bytes_.size(); at += block_bytes) {
    const std::size_t size = std::min(block_bytes, bytes_.size() - at);
    digests_.push_back(crypto::sha256(ByteView(bytes_).subspan(at, size)));
  }
}

Hash TrainingText::seed(const Hash& random) const {
  crypto::Sha256 hasher;
  hasher.update("muster/run-seed/v1\n");
  for (const Hash& digest : digests_) hasher.update(ByteView(digest.bytes));
  hasher.update(ByteView(random.bytes));
  return hasher.finish();
}

std::vector<std::size_t> TrainingText::samples(const Hash& seed, std::uint64_t step,
                                               const TrainingSpec& spec) const {
  MUSTER_CHECK(bytes_.size() > spec.context);
  const auto number = u64be(step);
  crypto::SeededRandom random(
      crypto::sha256({as_bytes("muster/data-order/v1\n"), ByteView(seed.bytes), ByteView(number)}));
  std::vector<std::size_t> starts(spec.batch);
  for (std::size_t& start : starts) {
    start = static_cast<std::size_t>(random.below(bytes_.size() - spec.context));
  }
  return starts;
}

}  // namespace muster::attestation
