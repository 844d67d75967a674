#include "ledger/base/timestamp.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

namespace muster {
namespace {

std::optional<int> digits(std::string_view text, std::size_t first, std::size_t count) {
  int value = 0;
  for (std::size_t i = first; i < first + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool has_shape(std::string_view text) {
  if (text.size() != 20 && text.size() != 24) return false;
  const bool fraction = text.size() == 24;
  return text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' &&
         text[16] == ':' && (!fraction || text[19] == '.') && text.back() == 'Z';
}

tl::unexpected<Error> bad_time(std::string_view text) {
  return failure(Errc::invalid_input, "time: got \"" + std::string(text.substr(0, 40)) +
                                          "\", want a form like 2026-11-23T12:00:00.000Z");
}

std::optional<std::int64_t> day_ms(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || *year < 1970) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * ms_per_day;
}

}  // namespace

Result<Timestamp> Timestamp::parse(std::string_view text) {
  if (!has_shape(text)) return bad_time(text);
  const auto date = day_ms(text);
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  const auto fraction = text.size() == 24 ? digits(text, 20, 3) : std::optional<int>(0);
  if (!date || !hour || !minute || !second || !fraction || *hour > 23 || *minute > 59 ||
      *second > 59) {
    return bad_time(text);
  }
  return Timestamp{*date + ((*hour * 60 + *minute) * 60 + *second) * std::int64_t{1000} +
                   *fraction};
}

Result<Timestamp> Timestamp::parse_day_or_instant(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const auto date = day_ms(text);
    if (date) return Timestamp{*date};
  }
  return parse(text);
}

std::string Timestamp::to_string() const {
  using std::chrono::milliseconds;
  const std::chrono::sys_time<milliseconds> instant{milliseconds{ms}};
  const auto midnight = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss<milliseconds> clock{instant - midnight};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace muster
