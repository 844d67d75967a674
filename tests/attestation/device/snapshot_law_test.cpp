#include "attestation/device/snapshot_law.hpp"

#include <array>

#include "ledger/crypto/seeded_random.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::test::must;

namespace {

SnapshotRate daily(std::string_view text) { return must(SnapshotRate::parse(text)); }

}  // namespace

TEST_CASE("a rate prints as it was read, and has one text") {
  for (const char* text : {"0.1", "24", "1", "0.000000001", "23.999999999", "10.5"}) {
    CHECK(daily(text).to_string() == text);
  }
  for (const char* text : {"", "0", "0.0", "00.1", "0.10", ".1", "1.", "24.1", "25", "-1", "1e1",
                           "0.0000000001", "0,1", " 1"}) {
    CAPTURE(text);
    CHECK_FALSE(SnapshotRate::parse(text));
  }
}

TEST_CASE("the threshold is floor(2^64 f / 24), worked by hand") {
  CHECK(daily("12").hourly_threshold() == std::uint64_t{1} << 63U);
  CHECK(daily("6").hourly_threshold() == std::uint64_t{1} << 62U);
  // 2^64 * 0.1 / 24 = 2^64 / 240 = 76861433640456465.06…
  CHECK(daily("0.1").hourly_threshold() == 76'861'433'640'456'465U);
  // 2^64 * 1e-9 / 24 = 768614336.4…
  CHECK(daily("0.000000001").hourly_threshold() == 768'614'336U);
  CHECK(daily("24").hourly_threshold() == UINT64_MAX);
}

TEST_CASE("at 24 a day every powered hour has exactly one instant, at a whole minute") {
  const SnapshotLaw law(crypto::sha256("secret"), daily("24"));

  const auto due = law.due(0, 1000 * ms_per_powered_hour);

  REQUIRE(due.size() == 1000);
  for (std::size_t hour = 0; hour < due.size(); ++hour) {
    CHECK(due[hour] / ms_per_powered_hour == hour);
    CHECK(due[hour] % ms_per_powered_minute == 0);
  }
}

TEST_CASE("any cut of a period gives the same instants as the whole") {
  const SnapshotLaw law(crypto::sha256("cut"), daily("5"));
  const std::uint64_t end = 400 * ms_per_powered_hour;
  const auto whole = law.due(0, end);
  crypto::SeededRandom random("cuts");

  for (int trial = 0; trial < 200; ++trial) {
    const std::uint64_t cut = random.below(end + 1);
    auto parts = law.due(0, cut);
    for (const std::uint64_t instant : law.due(cut, end)) parts.push_back(instant);
    CHECK(parts == whole);
  }
}

TEST_CASE("hours are due as often as the rate says, and minutes are even (chi-square)") {
  // 200,000 hours at f = 2.4: p = 0.1 an hour. Fixed secret, so this never changes.
  const SnapshotLaw law(crypto::sha256("law"), daily("2.4"));
  const auto due = law.due(0, 200'000 * ms_per_powered_hour);
  std::array<double, 60> minutes{};
  for (const std::uint64_t instant : due) {
    minutes[instant / ms_per_powered_minute % 60] += 1.0;
  }

  // Standard deviation of the count: sqrt(200000 * 0.1 * 0.9) = 134.
  CHECK(due.size() > 20'000 - 4 * 134);
  CHECK(due.size() < 20'000 + 4 * 134);
  const double expected = static_cast<double>(due.size()) / 60.0;
  double chi_square = 0;
  for (const double count : minutes)
    chi_square += (count - expected) * (count - expected) / expected;
  CHECK(chi_square < 98.3);  // 0.999 quantile at 59 degrees of freedom
}

TEST_CASE("hours are independent: pairs of due neighbours are as frequent as the square") {
  const SnapshotLaw law(crypto::sha256("pairs"), daily("12"));
  const auto due = law.due(0, 100'000 * ms_per_powered_hour);
  std::size_t pairs = 0;
  for (std::size_t i = 1; i < due.size(); ++i) {
    if (due[i] / ms_per_powered_hour == due[i - 1] / ms_per_powered_hour + 1) ++pairs;
  }

  // 99,999 pairs of hours, each with probability 1/4; their dependence widens the deviation to
  // sqrt(99999 * 5/16) = 177.
  CHECK(pairs > 25'000 - 4 * 177);
  CHECK(pairs < 25'000 + 4 * 177);
}

TEST_CASE("an empty period has no instants") {
  const SnapshotLaw law(crypto::sha256("x"), daily("24"));
  CHECK(law.due(5, 5).empty());
  CHECK(law.due(7, 5).empty());
}
