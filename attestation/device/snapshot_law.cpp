#include "attestation/device/snapshot_law.hpp"

#include <charconv>

#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

constexpr std::uint64_t billion = 1'000'000'000;
constexpr std::uint64_t most_billionths = 24 * billion;
constexpr std::size_t max_decimals = 9;
constexpr std::uint64_t hours_per_draw = 4;

// floor(2^64 * part / whole) for part < whole < 2^63, by long division.
std::uint64_t scaled_quotient(std::uint64_t part, std::uint64_t whole) {
  std::uint64_t quotient = 0;
  for (int bit = 0; bit < 64; ++bit) {
    part *= 2;
    quotient *= 2;
    if (part >= whole) {
      part -= whole;
      ++quotient;
    }
  }
  return quotient;
}

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

tl::unexpected<Error> bad_rate(std::string_view text) {
  return failure(Errc::invalid_input, "snapshot rate: got \"" + std::string(text.substr(0, 40)) +
                                          "\", want a decimal above 0 and at most 24, such as 0.1");
}

}  // namespace

Result<SnapshotRate> SnapshotRate::parse(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || whole.size() > 2 || rest.size() > max_decimals) return bad_rate(text);
  if (!is_digits(whole) || !is_digits(rest)) return bad_rate(text);
  std::string digits(rest);
  digits.resize(max_decimals, '0');
  digits.insert(0, whole);
  std::uint64_t billionths = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), billionths);
  const SnapshotRate rate(billionths);
  const bool in_range = billionths > 0 && billionths <= most_billionths;
  if (!in_range || rate.to_string() != text) return bad_rate(text);
  return rate;
}

std::string SnapshotRate::to_string() const {
  std::string text = std::to_string(billionths_ / billion);
  std::string rest = std::to_string(billion + billionths_ % billion).substr(1);
  rest.erase(rest.find_last_not_of('0') + 1);
  if (!rest.empty()) text += "." + rest;
  return text;
}

std::uint64_t SnapshotRate::hourly_threshold() const {
  if (billionths_ == most_billionths) return UINT64_MAX;
  return scaled_quotient(billionths_, most_billionths);
}

double SnapshotRate::per_day() const {
  return static_cast<double>(billionths_) / static_cast<double>(billion);
}

SnapshotLaw::SnapshotLaw(const Hash& secret, const SnapshotRate& rate)
    : draw_(secret.view()),
      threshold_(rate.hourly_threshold()),
      always_(rate.hourly_threshold() == UINT64_MAX) {}

std::vector<std::uint64_t> SnapshotLaw::due(std::uint64_t from_ms, std::uint64_t to_ms) const {
  std::vector<std::uint64_t> instants;
  if (from_ms >= to_ms) return instants;
  Hash drawn;
  const std::uint64_t first = from_ms / ms_per_powered_hour;
  for (std::uint64_t hour = first; hour * ms_per_powered_hour < to_ms; ++hour) {
    const std::uint64_t place = hour % hours_per_draw;
    if (hour == first || place == 0) drawn = draw_.mac(u64be(hour / hours_per_draw));
    const std::uint64_t word = read_u64be(drawn.view().subspan(place * 8, 8));
    if (word >= threshold_ && !always_) continue;
    const std::uint64_t instant = hour * ms_per_powered_hour + (word % 60) * ms_per_powered_minute;
    if (instant >= from_ms && instant < to_ms) instants.push_back(instant);
  }
  return instants;
}

}  // namespace muster::attestation
