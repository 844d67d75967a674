#include "ledger/base/csv.hpp"

#include <array>

#include "tests/support/must.hpp"

using namespace muster;
using muster::test::must;
using muster::test::must_fail;

namespace {

std::vector<std::vector<std::string>> all(std::string_view text) {
  CsvReader reader(text, "t.csv");
  std::vector<std::vector<std::string>> rows;
  for (;;) {
    auto record = must(reader.next());
    if (!record) return rows;
    rows.push_back(record->fields);
  }
}

std::string problem(std::string_view text, CsvLimits limits = {}) {
  CsvReader reader(text, "t.csv", limits);
  for (;;) {
    auto record = reader.next();
    if (!record) return record.error().message;
    if (!*record) return "";
  }
}

using Rows = std::vector<std::vector<std::string>>;

}  // namespace

TEST_CASE("plain and quoted fields read as RFC 4180 says") {
  CHECK(all("a,b\n1,2\n") == Rows{{"a", "b"}, {"1", "2"}});
  CHECK(all("a,b\r\n1,2") == Rows{{"a", "b"}, {"1", "2"}});
  CHECK(all("\"a,\"\"b\"\"\",\" c\r\nd \"\n") == Rows{{"a,\"b\"", " c\r\nd "}});
  CHECK(all("a,\n,b\n") == Rows{{"a", ""}, {"", "b"}});
  CHECK(all("").empty());
  CHECK(all("\xC3\xA9,\xF0\x9F\x98\x80\n") == Rows{{"\xC3\xA9", "\xF0\x9F\x98\x80"}});
}

TEST_CASE("each malformed file is refused with the line of its record") {
  CHECK(problem("a,b\n1,\"2\n3") == "t.csv line 2: a quote is never closed");
  CHECK(problem("a,b\n1,2\"3\n").find("line 2: a quote stands inside") != std::string::npos);
  CHECK(problem("a\n\"1\"2\n") == "t.csv line 2: text after a closing quote");
  CHECK(problem("a,b\n1\n") == "t.csv line 2: got 1 fields, want 2");
  CHECK(problem("a\n\nb\n") == "t.csv line 2: empty line");
  CHECK(problem("a\rb\n") == "t.csv line 1: a carriage return without line feed");
  CHECK(problem("a\n\xC0\x80\n") == "t.csv line 2: a field is not valid UTF-8");
  CHECK(problem("a\n\xED\xA0\x80\n") == "t.csv line 2: a field is not valid UTF-8");
  CHECK(problem(std::string_view("a\n\0\n", 4)) == "t.csv line 2: a field holds a NUL byte");
  CHECK(problem("\xEF\xBB\xBF"
                "a\n")
            .find("byte order mark") != std::string::npos);
}

TEST_CASE("a quoted line feed counts as a line") {
  CHECK(problem("a,b\n\"x\ny\",1\n2\n") == "t.csv line 4: got 1 fields, want 2");
}

TEST_CASE("the limits hold") {
  CHECK(problem("a,b,c\n", {.fields = 2}).find("too many fields") != std::string::npos);
  CHECK(problem("abc\n", {.field_bytes = 2}).find("too long") != std::string::npos);
  CHECK(problem("\"abc\"\n", {.field_bytes = 2}).find("too long") != std::string::npos);
  CHECK(problem("\"ab\"\n", {.field_bytes = 2}) == "");
  CHECK(problem("a\nb\n", {.records = 1}).find("too many records") != std::string::npos);
  CHECK(problem("a\nb\n", {.bytes = 3}).find("too long") != std::string::npos);
}

TEST_CASE("a table gives the wanted columns in the caller's order and no others") {
  const std::array<std::string_view, 2> want = {"y", "x"};
  const CsvTable table = must(CsvTable::parse("x,y\n1,2\n", "t.csv", want));
  REQUIRE(table.records().size() == 1);
  CHECK(table.records()[0].fields == std::vector<std::string>{"2", "1"});
  CHECK(table.where(table.records()[0]) == "t.csv line 2");
  CHECK(must_fail(CsvTable::parse("x,z\n", "t.csv", want)).find("no column \"y\"") !=
        std::string::npos);
  CHECK(must_fail(CsvTable::parse("x,y,z\n", "t.csv", want)).find("\"z\"") != std::string::npos);
  CHECK(must_fail(CsvTable::parse("x,y,x\n", "t.csv", want)).find("\"x\"") != std::string::npos);
  CHECK(must_fail(CsvTable::parse("", "t.csv", want)).find("want a header") != std::string::npos);
}

TEST_CASE("a written line reads back, and no spreadsheet takes it for a formula") {
  const std::vector<std::string> fields = {"a\"b", "c,d", "e\nf", "", "g"};
  CHECK(all(csv_line(fields)) == Rows{fields});
  const std::vector<std::string> lone = {""};
  CHECK(csv_line(lone) == "\"\"\n");
  const std::vector<std::string> formula = {"=1+1", "@x", "-2"};
  CHECK(csv_line(formula) == "'=1+1,'@x,'-2\n");
}
