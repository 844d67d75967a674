#include "ledger/base/json.hpp"

#include <fstream>

#include "ledger/base/canonical_json.hpp"
#include "ledger/base/json_fields.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using muster::test::must;
using muster::test::must_fail;

TEST_CASE("canonical JSON sorts keys and drops white space") {
  CHECK(canonical_json(must(parse_json(R"({ "b" : [1, true , null], "a":"x" })"))) ==
        R"({"a":"x","b":[1,true,null]})");
}

TEST_CASE("canonical pairs of decision 1 come out byte for byte") {
  std::ifstream file(std::string(muster::test::source_root) +
                     "/tests/vectors/ledger/canonical_json_pairs.tsv");
  std::string line;
  int pairs = 0;
  while (std::getline(file, line)) {
    const auto tab = line.find('\t');
    REQUIRE(tab != std::string::npos);
    CHECK(canonical_json(must(parse_json(line.substr(0, tab)))) == line.substr(tab + 1));
    ++pairs;
  }
  CHECK(pairs > 100);
}

TEST_CASE("what parsers disagree about is refused") {
  const std::string deep(65, '[');
  const std::string deep_end(65, ']');
  for (const std::string& bad :
       {std::string(R"({"a":1,"a":2})"), std::string("1.0"), std::string("1e3"),
        std::string("-0.0"), std::string("9007199254740992"), std::string("-9007199254740992"),
        std::string("18446744073709551616"), std::string("NaN"), std::string(R"({"ä":1})"),
        std::string(R"({"a b":1})"), std::string("\"\xff\""), std::string("\"\xed\xa0\x80\""),
        std::string(R"("\ud800")"), std::string("{} x"), std::string("[1,]"), std::string(),
        std::string("// x\n1"), std::string("\xef\xbb\xbf{}"), deep + deep_end}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_json(bad));
  }
  CHECK(parse_json(deep.substr(1) + deep_end.substr(1)));
  CHECK(parse_json("9007199254740991"));
  CHECK(must_fail(parse_json(R"({"a":1,"a":2})")) == "JSON: key \"a\" stands twice");
}

TEST_CASE("what is wrong with JSON is said without quoting it") {
  const auto said = [](std::string_view text) { return must_fail(parse_json(text)); };
  CHECK(said("\xff\xfe") == "JSON: byte 1: invalid literal");
  CHECK(said("{\"a\":\"\xff\"}") == "JSON: byte 7: invalid string: ill-formed UTF-8 byte");
  CHECK(said("[1,]") == "JSON: byte 4: unexpected ']'; expected '[', '{', or a literal");
  CHECK(said("{\"secret\" 1}").find("secret") == std::string::npos);
  CHECK(said(R"({"count":7,"weight":13.5})") ==
        "JSON: field \"weight\": number \"13.5\" is not a plain integer; other numbers are written "
        "as texts");
  CHECK(said("[0.5]").starts_with("JSON: number \"0.5\""));
  CHECK(said("[1; expected \xff").find("expected \xff") == std::string::npos);
}

TEST_CASE("in a text of several lines a syntax error is told by line and column, too") {
  const auto said = [](std::string_view text) { return must_fail(parse_json(text)); };
  CHECK(said("{\n  \"a\": 1,\n  }\n").starts_with("JSON: byte 15 (line 3, column 3): "));
  CHECK(said("x\n{}").starts_with("JSON: byte 1 (line 1, column 1): "));
  CHECK(said("[1,]\n").starts_with("JSON: byte 4: "));
}

TEST_CASE("canonical parsing demands the very bytes") {
  CHECK(parse_canonical_json(R"({"a":1,"b":2})"));
  CHECK_FALSE(parse_canonical_json(R"({"b":2,"a":1})"));
  CHECK_FALSE(parse_canonical_json(R"({"a": 1})"));
  CHECK_FALSE(parse_canonical_json(R"("\u0041")"));
  CHECK_FALSE(parse_canonical_json("-0"));
}

TEST_CASE("the quick reader of canonical JSON agrees with the parser, or says nothing") {
  const auto deep = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  for (const std::string& plain :
       {std::string(R"({"a":1,"b":[true,false,null],"c":{"d":"x y"}})"), std::string("0"),
        std::string("-1"), std::string("9007199254740991"), std::string(R"("")"), std::string("[]"),
        std::string("{}"), std::string(R"({"":{}})"), deep(64)}) {
    CAPTURE(plain);
    const auto quick = read_plain_canonical_json(plain);
    REQUIRE(quick);
    CHECK(*quick == must(parse_json(plain)));
    CHECK(canonical_json(*quick) == plain);
  }
  for (const std::string& other : {std::string(""),
                                   std::string(" 1"),
                                   std::string("1 "),
                                   std::string("01"),
                                   std::string("-0"),
                                   std::string("1.0"),
                                   std::string("1e3"),
                                   std::string("+1"),
                                   std::string("9007199254740992"),
                                   std::string(R"({"b":1,"a":2})"),
                                   std::string(R"({"a":1,"a":1})"),
                                   std::string(R"({"a b":1})"),
                                   std::string(R"({"a":1,})"),
                                   std::string(R"("\n")"),
                                   std::string("\"\x7f\""),
                                   std::string("\"\xc3\xa9\""),
                                   std::string("[1"),
                                   std::string("[1,]"),
                                   std::string("nul"),
                                   std::string("\"a"),
                                   deep(65)}) {
    CAPTURE(other);
    CHECK_FALSE(read_plain_canonical_json(other));
  }
}

TEST_CASE("a field reader names the field, the kind it got and the kind it wants") {
  const Json object = must(parse_json(R"({"count":"7","when":"2026-01-01T00:00:00.000Z","x":1})"));
  FieldReader fields = must(FieldReader::open(object, "plan"));

  CHECK(must_fail(fields.integer("count")) == "plan.count: got a string, want an integer");
  CHECK(must_fail(fields.integer("gone")) == "plan.gone: missing");
  CHECK(must(fields.time("when")).ms == 1767225600000);
  CHECK(must_fail(fields.finish()) == "plan.x: unknown field");
  CHECK(must_fail(fields.integer("x", 2, 3)) == "plan.x: got 1, want 2 to 3");
  CHECK(fields.finish());
}

TEST_CASE("white space without end is refused before it is kept, by where it begins") {
  const std::string long_blank(std::size_t{1} << 20U, '\n');
  const std::string longer = long_blank + ' ';

  CHECK(parse_json("[1," + long_blank + "2]").has_value());
  for (const std::string& text :
       {longer, "[1," + longer + "2]", "[1]" + longer + longer, long_blank + "  [1,2]",
        "[\"" + long_blank + "\"," + longer + "]"}) {
    CHECK(must_fail(parse_json(text)).find("more than 1 MiB of white space") != std::string::npos);
  }
  CHECK(must_fail(parse_json("[1," + longer)).starts_with("JSON: byte 4"));
}
