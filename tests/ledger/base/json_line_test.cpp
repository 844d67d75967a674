#include "ledger/base/json_line.hpp"

#include <array>

#include "tests/support/must.hpp"

namespace muster {
namespace {

/// Opens lines with what the reader wants behind them.
struct Line {
  void open(std::string_view line) {
    text = std::string(line) + std::string(JsonLineReader::padding, '#');
    reader.open(std::string_view(text).substr(0, line.size()));
  }
  std::string text;
  JsonLineReader reader;
};

}  // namespace

TEST_CASE("fields are taken in their order, each once, over many lines") {
  Line line;
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}, UINT64_MAX}) {
    line.open(R"({"a": )" + std::to_string(number) + R"(, "b":"x\n","in":{"c":true},"d":false})");
    CHECK(line.reader.number("a") == number);
    CHECK_FALSE(line.reader.has_next("in"));
    CHECK(line.reader.text("b") == "x\n");
    line.reader.enter("in");
    CHECK(line.reader.has_next("c"));
    CHECK(line.reader.boolean("c"));
    line.reader.leave();
    CHECK_FALSE(line.reader.boolean("d"));
    line.reader.close();
    CHECK(line.reader.ok());
  }
}

TEST_CASE("the first fault stays until the next line") {
  Line line;
  line.open(R"({"a":1,"b":2})");
  CHECK(line.reader.number("b") == 0);
  CHECK(line.reader.number("a") == 0);
  line.reader.refuse("a", "something else");
  CHECK(line.reader.fault() == "want field \"b\" next, in the order of the format");
  line.open(R"({"a":1})");
  CHECK(line.reader.number("a") == 1);
  line.reader.close();
  CHECK(line.reader.ok());
}

TEST_CASE("a value of another type is refused by name") {
  const auto fault = [](auto take) {
    Line line;
    line.open(R"({"a":[]})");
    take(line.reader);
    return line.reader.fault();
  };
  CHECK(fault([](JsonLineReader& reader) { reader.number("a"); }) ==
        "a: want a whole number of 64 bits");
  CHECK(fault([](JsonLineReader& reader) { reader.text("a"); }) == "a: want a string");
  CHECK(fault([](JsonLineReader& reader) { reader.boolean("a"); }) == "a: want true or false");
  CHECK(fault([](JsonLineReader& reader) { reader.enter("a"); }) == "a: want an object");
}

TEST_CASE("hex digits are read where they stand, and only as many as there are bytes") {
  const auto read = [](const std::string& text) {
    Line line;
    line.open("{\"a\":" + text + "}");
    std::array<std::uint8_t, 2> bytes{};
    line.reader.hex("a", bytes);
    line.reader.close();
    return line.reader.ok() ? bytes[0] * 256 + bytes[1] : -1;
  };
  CHECK(read("\"01fF\"") == 0x01FF);
  for (const char* bad : {"\"\"", "\"01f\"", "\"01fg\"", "\"01ff0\"", "\"01 f\"", "\"01\\u00660\"",
                          "\"\\u00301f\"", "1", "[]", "null"}) {
    CAPTURE(bad);
    CHECK(read(bad) == -1);
  }
}

TEST_CASE("numbers are whole, within 64 bits, and spelt as JSON spells them") {
  for (const char* bad : {"18446744073709551616", "-1", "1.0", "1e3", "01", "+1", "0x1", "\"1\"",
                          "true", "null", "1x"}) {
    CAPTURE(bad);
    Line line;
    line.open("{\"a\":" + std::string(bad) + "}");
    line.reader.number("a");
    line.reader.close();
    CHECK_FALSE(line.reader.ok());
  }
}

TEST_CASE("what is not one object in a line is refused") {
  for (const char* bad : {"", " ", "[]", "1", "null", "\"a\"", "{", "}", "{}{}", "{} 1", "{},",
                          "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{,\"a\":1}", "\xFF"}) {
    CAPTURE(bad);
    Line line;
    line.open(bad);
    if (line.reader.has_next("a")) line.reader.number("a");
    line.reader.close();
    CHECK_FALSE(line.reader.ok());
  }
}

TEST_CASE("a key that is only spelt otherwise is another key") {
  Line line;
  line.open(R"({"\u0061":1})");
  CHECK_FALSE(line.reader.has_next("a"));
}

TEST_CASE("a field twice is one too many") {
  Line line;
  line.open(R"({"a":1,"a":1})");
  CHECK(line.reader.number("a") == 1);
  line.reader.close();
  CHECK(line.reader.fault() == "a field that the format does not have");
}

}  // namespace muster
