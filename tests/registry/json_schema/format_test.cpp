#include "registry/json_schema/format.hpp"

#include "registry/json_schema/instant.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::json_schema;

TEST_CASE("an instant is counted in UTC, its fraction kept as it stands") {
  const auto instant = parse_instant("2005-04-03T20:33:31.116000-06:00");

  REQUIRE(instant);
  CHECK(instant->seconds == 1112582011);  // 2005-04-04T02:33:31Z
  CHECK(instant->fraction == "116000");
  CHECK(instant->offset_minutes == -360);
}

TEST_CASE("days, hours and leap seconds exist or do not") {
  CHECK(parse_instant("1970-01-01T00:00:00Z")->seconds == 0);
  CHECK(parse_instant("1969-12-31T23:59:59z")->seconds == -1);
  CHECK(parse_instant("2000-02-29T00:00:00Z"));
  CHECK(parse_instant("1990-12-31T15:59:60-08:00"));
  for (const char* bad :
       {"1900-02-29T00:00:00Z", "2020-01-01T24:00:00Z", "2020-01-01T00:00:60Z",
        "2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "2020-01-01T00:00:00.Z",
        "2020-1-01T00:00:00Z", "2020-01-01T00:00:00+1:00", "2020-01-01T00:00:00Z ", "",
        "2020-13-01T00:00:00Z", "2020-00-01T00:00:00Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_instant(bad));
  }
}

TEST_CASE("each format takes and refuses") {
  struct Row {
    const char* format;
    const char* good;
    const char* bad;
  };
  for (const Row& row :
       {Row{"date", "2020-02-29", "2019-02-29"}, Row{"time", "23:20:50.52Z", "23:20:50.52"},
        Row{"email", "joe.bloggs@example.com", "joe@@example"},
        Row{"email", "\"joe bloggs\"@[127.0.0.1]", "joe bloggs@example.com"},
        Row{"hostname", "www.example.com", "-bad.example"},
        Row{"ipv4", "192.168.0.1", "192.168.00.1"},
        Row{"ipv6", "::ffff:192.0.2.128", "1:2:3:4:5:6:7:8:9"}, Row{"ipv6", "1::", "12345::"},
        Row{"ipv6", "1:2:3:4:5:6:7:8", "::1%eth0"},
        Row{"uri-template", "http://example.com/{term:1}", "http://example.com/{term"},
        Row{"relative-json-pointer", "1/foo", "01/foo"}, Row{"json-pointer", "/a~1b", "a"},
        Row{"regex", "a+", "a++"}}) {
    CAPTURE(row.format);
    CHECK(has_format(row.format, row.good));
    CHECK_FALSE(has_format(row.format, row.bad));
  }
  CHECK(has_format("a format of tomorrow", "anything"));
}
