#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::print {

/// `1,234,567`.
[[nodiscard]] std::string grouped(std::uint64_t value);
[[nodiscard]] std::string grouped(std::int64_t value);

/// Groups the integer part of a plain decimal text: `1234567.25` gives `1,234,567.25`. Any other
/// text (an exponent, a word) comes back as it is.
[[nodiscard]] std::string grouped_decimal(std::string_view digits);

/// A probability or share in [0, 1] as `95.0 %`. A share that is neither 0 nor 1 is never printed
/// as 0 or 100 %: those print as `< 0.1 %` and `> 99.9 %`.
[[nodiscard]] std::string percent(double share, int decimals = 1);

/// A large or small quantity with at most `digits` significant digits: `1e26`, `2.5e25`, `4,000`,
/// `0.05`. Plain below a million and from a thousandth up, otherwise with an exponent.
[[nodiscard]] std::string compact(double value, int digits = 3);

/// A length of time for people: `850 ms`, `12.5 s`, `3 min 20 s`, `2 h 05 min`, `4 d 3 h`.
[[nodiscard]] std::string duration(std::int64_t ms);

/// A size in bytes: `512 B`, `1.5 KiB`, `16.0 GiB`.
[[nodiscard]] std::string byte_size(std::uint64_t bytes);

/// `1 chip`, `1,234 chips`: the count with the noun in its right form.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view singular,
                                  std::string_view plural = {});

}  // namespace muster::print
