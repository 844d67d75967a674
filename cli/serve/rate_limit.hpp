#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace muster::serve {

/// A token bucket for each caller: `rate` a second, up to `burst`. Thread-safe.
class RateLimit final {
 public:
  struct Terms {
    std::uint64_t rate;   ///< Above 0.
    std::uint64_t burst;  ///< Above 0.
  };
  explicit RateLimit(const Terms& terms) : terms_(terms) {}

  /// Takes `cost` out of the caller's bucket at `now_ms` of a clock that only goes on; what costs
  /// more than a full bucket takes all of it. Nothing if it may go on, else after how many seconds
  /// to come again.
  std::optional<std::uint64_t> take(const std::string& caller, std::uint64_t cost,
                                    std::int64_t now_ms);

  /// Buckets that are kept: a caller whose bucket is full again is forgotten.
  [[nodiscard]] std::size_t callers() const;

 private:
  struct Bucket {
    double filled;
    std::int64_t at_ms;
  };
  static constexpr std::size_t most_callers = 10'000;
  void forget_full(std::int64_t now_ms);
  [[nodiscard]] double filled(const Bucket& bucket, std::int64_t now_ms) const;

  Terms terms_;
  mutable std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace muster::serve
