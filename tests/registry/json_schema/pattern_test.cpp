#include "registry/json_schema/pattern.hpp"

#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::json_schema;
using Match = Pattern::Match;

namespace {

bool finds(std::string_view pattern, std::string_view text) {
  return test::must(Pattern::compile(pattern)).search(text) == Match::yes;
}

}  // namespace

TEST_CASE("an expression is searched for, not anchored") {
  CHECK(finds("es", "expression"));
  CHECK_FALSE(finds("^es", "expression"));
  CHECK_FALSE(finds("^es$", "es\n"));
}

TEST_CASE("what ECMA-262 means differently from PCRE2 means what ECMA-262 says") {
  CHECK(finds("^\\s$", "\xC2\xA0"));      // U+00A0
  CHECK(finds("^\\s$", "\xEF\xBB\xBF"));  // U+FEFF
  CHECK_FALSE(finds("^\\S$", "\xE2\x80\x83"));
  CHECK(finds("^[\\S]$", "a"));
  CHECK(finds("^[\\s\\d]+$", "1 2\t3"));
  CHECK_FALSE(finds("^.$", "\xE2\x80\xA8"));  // U+2028 ends a line
  CHECK(finds("^.$", "\x0B"));
  CHECK_FALSE(finds("^\\v$", "\n"));
  CHECK(finds("^\\v$", "\x0B"));
  CHECK(finds("^[[:alpha:]+]$", "]") == false);
  CHECK(finds("^[[:a]+$", "[:a"));
  CHECK_FALSE(finds("[]", "a"));
  CHECK(finds("^[^]$", "\n"));
  CHECK(finds("^\\u00e9\\x41\\u{1F600}$",
              "\xC3\xA9"
              "A\xF0\x9F\x98\x80"));
  CHECK(finds("^\\ud83d\\ude00$", "\xF0\x9F\x98\x80"));
  CHECK(finds("^(?:(a)|b\\1)$", "b"));  // a group that did not take part matches nothing
  CHECK(finds("^\\p{Letter}\\P{Lu}$", "\xC3\x89\xC3\xA9"));
  CHECK(finds("^\\p{Script=Greek}+$", "\xCE\xB1"));
  CHECK(finds("^a{,2}$", "a{,2}"));
  CHECK(finds("^\\d$", "7"));
  CHECK_FALSE(finds("^\\d$", "\xD9\xA3"));  // U+0663 is a digit, but not of ECMA-262
}

TEST_CASE("what ECMA-262 does not know is refused, with its place") {
  for (const char* bad :
       {"\\Z",  "\\A",    "a\\Q+\\E", "(?i)a",       "(?>a)", "(?#a)",   "(?P<n>a)",     "a++",
        "a*+",  "*a",     "a**",      "(*UTF)",      "\\e",   "\\h",     "\\p{Nothing}", "\\pL",
        "\\x4", "\\u12",  "\\ud800",  "\\u{110000}", "[a",    "(a",      "a)",           "[b-a]",
        "\\2",  "\\k<n>", "\\01",     "a\\",         "\\c1",  "(?<=a*)b"}) {
    CAPTURE(bad);
    CHECK_FALSE(Pattern::compile(bad));
  }
  CHECK(Pattern::compile("ab\\Z").error().message ==
        "pattern: character 3: \\Z is not of ECMA-262");
}

TEST_CASE("an expression that would run for ever gives up") {
  const Pattern pattern = test::must(Pattern::compile("^(a+)+$"));

  CHECK(pattern.search(std::string(40, 'a') + "b") == Match::gave_up);
}
