#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace muster::json_schema {

/// An RFC 3339 date-time.
struct Instant {
  std::int64_t seconds = 0;     ///< Since 1970-01-01T00:00:00Z, the offset taken off.
  std::string_view fraction{};  ///< Digits after the point; borrowed from the text.
  int offset_minutes = 0;       ///< East of Greenwich.
};

/// Parses `1985-04-12T23:20:50.52-04:00`. `T` and `Z` may be small; second 60 is taken where a leap
/// second can stand, 23:59 UTC, and counts as the second after. Source: RFC 3339 section 5.6.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

/// `2026-11-28`, a day that exists.
[[nodiscard]] bool is_date(std::string_view text);

/// `23:20:50.52Z` or with an offset.
[[nodiscard]] bool is_time(std::string_view text);

}  // namespace muster::json_schema
