#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster {

inline constexpr std::int64_t ms_per_minute = 60'000;
inline constexpr std::int64_t ms_per_day = 86'400'000;

/// An instant: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
/// Text form is RFC 3339 with three fraction digits and `Z`: `2026-11-23T12:00:00.000Z`.
struct Timestamp {
  std::int64_t ms = 0;

  /// Parses the text form above; the fraction may be left out. Years 1970 to 9999.
  /// Errors: `invalid_input` on any other form or a day that does not exist.
  static Result<Timestamp> parse(std::string_view text);
  /// The first instant of a day given as `2026-11-23`, or any instant that `parse` takes.
  static Result<Timestamp> parse_day_or_instant(std::string_view text);
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// A half-open stretch of time [from, to).
struct Window {
  Timestamp from;
  Timestamp to;

  [[nodiscard]] std::int64_t length_ms() const { return to.ms - from.ms; }
  friend auto operator<=>(const Window&, const Window&) = default;
};

}  // namespace muster
