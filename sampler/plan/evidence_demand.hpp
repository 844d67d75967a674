#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::sampler {

/// Memory that a chip of a product has, all of which its firmware must hash.
struct ProductMemory {
  std::string product;  ///< As the frame's class names it.
  std::uint64_t bytes;  ///< 1 to 2^52.

  friend bool operator==(const ProductMemory&, const ProductMemory&) = default;
};

/// What a plan asks of every log that is read, beyond the rate of its snapshots. Committed with the
/// plan, so that no inspector asks one Prover for more, or less, than another. A log without it is
/// a query. By default nothing is asked, which is what plans before 2026-11-30 say.
struct EvidenceDemand {
  /// Keys whose acknowledgements count; at most `max_acknowledgers`.
  std::vector<crypto::PublicKey> acknowledgers{};
  bool acknowledged = false;  ///< Epochs must run in acknowledged mode, by one of these keys.
  std::uint64_t acknowledge_within_minutes = 10;  ///< 0 to 525,600, by the chip's clock.
  bool precommitted = false;  ///< Chips logged what a training run is bound to, before it.
  std::vector<ProductMemory> memory{};  ///< By rising product; none: memory is not judged.
  std::uint64_t heads_every_days = 0;   ///< A held chip's heads are no farther apart; 0: any.
  std::uint32_t minimum_svn = 0;        ///< Least security version of the firmware.

  friend bool operator==(const EvidenceDemand&, const EvidenceDemand&) = default;

  /// Nothing for a product of which nothing is asked.
  [[nodiscard]] std::optional<std::uint64_t> memory_of(const std::string& product) const;
};
inline constexpr std::size_t max_acknowledgers = 16;
inline constexpr std::uint64_t max_memory_bytes = std::uint64_t{1} << 52U;
inline constexpr std::uint64_t max_acknowledge_minutes = 525'600;
inline constexpr std::uint64_t max_heads_every_days = 36'500;

/// Errors: `invalid_input` for figures out of range, more keys than `max_acknowledgers`, a key or
/// product that stands twice, and an acknowledged mode without a key.
Result<void> check(const EvidenceDemand& demand);

/// As a plan's request holds it; every field, whatever its value.
[[nodiscard]] Json evidence_demand_json(const EvidenceDemand& demand);
/// Errors: `invalid_input` by field; those of `check`.
Result<EvidenceDemand> evidence_demand_from(const Json& json, const std::string& where);

/// What is asked, one sentence each, for people.
[[nodiscard]] std::vector<std::string> demand_sentences(const EvidenceDemand& demand);

}  // namespace muster::sampler
