#pragma once

#include <chrono>

#include "ledger/base/timestamp.hpp"

// When things happen in the simulated world. No date is read from a clock.

namespace muster::cli::demo::calendar {

[[nodiscard]] constexpr Timestamp day_of_2026(unsigned month, unsigned day) {
  const std::chrono::sys_days date{std::chrono::year_month_day{
      std::chrono::year{2026}, std::chrono::month{month}, std::chrono::day{day}}};
  return Timestamp{date.time_since_epoch().count() * ms_per_day};
}

inline constexpr Timestamp founded = day_of_2026(8, 1);
inline constexpr Timestamp licensed = day_of_2026(8, 3);
inline constexpr Timestamp packaged = day_of_2026(8, 10);
inline constexpr Timestamp enrolled = day_of_2026(8, 12);
inline constexpr Timestamp tested = day_of_2026(8, 14);
inline constexpr Timestamp destroyed = day_of_2026(8, 17);
inline constexpr Timestamp sent_to_assembler = day_of_2026(8, 20);
inline constexpr Timestamp at_assembler = day_of_2026(8, 21);
inline constexpr Timestamp taken_by_assembler = day_of_2026(8, 22);
inline constexpr Timestamp returned = day_of_2026(8, 24);
inline constexpr Timestamp attached = day_of_2026(8, 25);
inline constexpr Timestamp packed = day_of_2026(8, 28);
inline constexpr Timestamp sent_abroad = day_of_2026(9, 1);
inline constexpr Timestamp loaded = day_of_2026(9, 2);
inline constexpr Timestamp at_border = day_of_2026(9, 5);
inline constexpr Timestamp cleared = day_of_2026(9, 8);
inline constexpr Timestamp at_prover = day_of_2026(9, 14);
inline constexpr Timestamp taken_by_prover = day_of_2026(9, 16);
inline constexpr Timestamp unpacked = day_of_2026(9, 18);
inline constexpr Timestamp installed = day_of_2026(9, 25);  ///< logging begins
inline constexpr Timestamp first_heads = day_of_2026(9, 26);
inline constexpr Window window{day_of_2026(10, 1), day_of_2026(10, 31)};
inline constexpr Timestamp retired = day_of_2026(10, 12);
inline constexpr Timestamp lost = day_of_2026(10, 20);
inline constexpr Timestamp found_again = day_of_2026(10, 26);
inline constexpr Timestamp declared = day_of_2026(10, 30);
inline constexpr Timestamp frozen = day_of_2026(11, 1);

}  // namespace muster::cli::demo::calendar
