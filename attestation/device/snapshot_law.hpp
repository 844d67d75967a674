#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {

inline constexpr std::uint64_t ms_per_powered_minute = 60'000;
inline constexpr std::uint64_t ms_per_powered_hour = 3'600'000;

/// Snapshots per powered day, an exact decimal above 0 and at most 24.
class SnapshotRate final {
 public:
  /// Parses the canonical text: at most nine digits after the point, no zero at either end that
  /// could be left out. `0.1`, `24`.
  /// Errors: `invalid_input`.
  static Result<SnapshotRate> parse(std::string_view text);

  [[nodiscard]] std::string to_string() const;
  /// floor(2^64 * rate / 24), and 2^64 - 1 where the rate is 24.
  [[nodiscard]] std::uint64_t hourly_threshold() const;
  /// The rate as a number, for figures that are shown.
  [[nodiscard]] double per_day() const;

  friend auto operator<=>(const SnapshotRate&, const SnapshotRate&) = default;

 private:
  explicit SnapshotRate(std::uint64_t billionths) : billionths_(billionths) {}
  std::uint64_t billionths_;
};

/// The instants at which an epoch's secret calls for a snapshot.
///
/// Powered hour h (h = powered_ms / 3,600,000) draws the big-endian word w number h mod 4 of
/// HMAC-SHA-256(secret, u64be(h / 4)). A snapshot is due in that hour iff w < hourly_threshold, at
/// the beginning of its minute w mod 60. Every hour is independent of all others; any hour can be
/// evaluated alone.
class SnapshotLaw final {
 public:
  SnapshotLaw(const Hash& secret, const SnapshotRate& rate);

  /// The due instants in [from_ms, to_ms) of powered time, rising.
  /// Cost: one HMAC for every four hours.
  [[nodiscard]] std::vector<std::uint64_t> due(std::uint64_t from_ms, std::uint64_t to_ms) const;

 private:
  crypto::HmacSha256 draw_;
  std::uint64_t threshold_;
  bool always_;
};

}  // namespace muster::attestation
