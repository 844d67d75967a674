#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "attestation/replay/training_spec.hpp"
#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"

namespace muster::attestation {

/// The text that a run learns, and the commitment to it: the data D of a transcript.
///
/// The text is cut into blocks of 4,096 bytes; the digest of a block is its SHA-256. From them and
/// from a random value that is given afterwards follows the seed, and from the seed the initial
/// weights and the order of the samples: s = H(H(d_1) … H(d_a) || s_rand). So neither can be chosen
/// by who trains. Source: Choi, Shavit, Duvenaud 2023, section 4.3.
class TrainingText final {
 public:
  static constexpr std::size_t block_bytes = 4'096;

  /// Requires: more than `context` bytes for every specification that it is used with.
  explicit TrainingText(Bytes bytes);

  [[nodiscard]] ByteView bytes() const { return bytes_; }
  [[nodiscard]] std::span<const Hash> block_digests() const { return digests_; }

  /// SHA-256("muster/run-seed/v1\n" || all block digests || random).
  [[nodiscard]] Hash seed(const Hash& random) const;

  /// Where the samples of that step begin: uniform, with replacement, by the seed and the step.
  /// Each has `context` bytes and the one after.
  [[nodiscard]] std::vector<std::size_t> samples(const Hash& seed, std::uint64_t step,
                                                 const TrainingSpec& spec) const;

 private:
  Bytes bytes_;
  std::vector<Hash> digests_;
};

}  // namespace muster::attestation
