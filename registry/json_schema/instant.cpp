#include "registry/json_schema/instant.hpp"

#include <chrono>

#include "registry/json_schema/ascii.hpp"

namespace muster::json_schema {
namespace {

/// Takes pieces off the front of a text; once something did not fit, `good` stays false.
struct Cursor {
  std::string_view text;
  bool good = true;

  int number(std::size_t digits, int least, int most) {
    if (text.size() < digits) good = false;
    int value = 0;
    for (std::size_t i = 0; good && i < digits; ++i) {
      good = is_digit(text[i]);
      value = value * 10 + (text[i] - '0');
    }
    if (good) text.remove_prefix(digits);
    good = good && value >= least && value <= most;
    return good ? value : 0;
  }

  void take(char wanted, char or_else) {
    good = good && !text.empty() && (text.front() == wanted || text.front() == or_else);
    if (good) text.remove_prefix(1);
  }
  void take(char wanted) { take(wanted, wanted); }

  std::string_view fraction() {
    if (!good || !text.starts_with('.')) return {};
    std::size_t end = 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::string_view digits = text.substr(1, end - 1);
    good = !digits.empty();
    text.remove_prefix(end);
    return digits;
  }

  int offset() {
    if (!good || text.empty()) {
      good = false;
      return 0;
    }
    const char sign = text.front();
    text.remove_prefix(1);
    if (sign == 'Z' || sign == 'z') return 0;
    good = sign == '+' || sign == '-';
    const int hours = number(2, 0, 23);
    take(':');
    const int minutes = number(2, 0, 59);
    return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  [[nodiscard]] bool at_end() const { return good && text.empty(); }
};

/// Days since 1970-01-01.
std::int64_t take_date(Cursor& cursor) {
  const int year = cursor.number(4, 0, 9999);
  cursor.take('-');
  const int month = cursor.number(2, 1, 12);
  cursor.take('-');
  const int day = cursor.number(2, 1, 31);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  cursor.good = cursor.good && date.ok();
  return cursor.good ? std::chrono::sys_days(date).time_since_epoch().count() : 0;
}

struct ClockTime {
  int seconds = 0;
  std::string_view fraction{};
  int offset = 0;
};

ClockTime take_time(Cursor& cursor) {
  ClockTime time;
  const int hour = cursor.number(2, 0, 23);
  cursor.take(':');
  const int minute = cursor.number(2, 0, 59);
  cursor.take(':');
  const int second = cursor.number(2, 0, 60);
  time.fraction = cursor.fraction();
  time.offset = cursor.offset();
  time.seconds = hour * 3600 + minute * 60 + second;
  if (second == 60) {
    const int utc = ((hour * 60 + minute - time.offset) % 1440 + 1440) % 1440;
    cursor.good = cursor.good && utc == 1439;
  }
  return time;
}

}  // namespace

std::optional<Instant> parse_instant(std::string_view text) {
  Cursor cursor{text};
  const std::int64_t days = take_date(cursor);
  cursor.take('T', 't');
  const ClockTime time = take_time(cursor);
  if (!cursor.at_end()) return std::nullopt;
  return Instant{days * 86'400 + time.seconds - time.offset * 60, time.fraction, time.offset};
}

bool is_date(std::string_view text) {
  Cursor cursor{text};
  take_date(cursor);
  return cursor.at_end();
}

bool is_time(std::string_view text) {
  Cursor cursor{text};
  take_time(cursor);
  return cursor.at_end();
}

}  // namespace muster::json_schema
