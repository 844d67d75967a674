#include "ledger/base/timestamp.hpp"

#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;

TEST_CASE("an instant comes back from its text") {
  const Timestamp leap = must(Timestamp::parse("2024-02-29T23:59:59.999Z"));

  CHECK(leap.ms == 1709251199999);
  CHECK(leap.to_string() == "2024-02-29T23:59:59.999Z");
  CHECK(must(Timestamp::parse("1970-01-01T00:00:00Z")).ms == 0);
  CHECK(must(Timestamp::parse_day_or_instant("2026-07-01")).to_string() ==
        "2026-07-01T00:00:00.000Z");
}

TEST_CASE("days and hours that do not exist are refused") {
  for (const char* bad : {"2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
                          "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+00:00", "2026-01-01",
                          "2026-01-01T00:00:00.1Z", "1969-12-31T23:59:59Z", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(Timestamp::parse(bad));
  }
}
