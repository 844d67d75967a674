#include <limits>
#include <sstream>

#include "cli/print/number.hpp"
#include "cli/print/printer.hpp"
#include "tests/support/must.hpp"

namespace muster::print {
namespace {

using test::must;
using test::must_fail;

constexpr const char* kanji_two = "\xe6\x97\xa5\xe6\x9c\xac";  // U+65E5 U+672C, two columns each
constexpr const char* e_acute = "e\xcc\x81";                   // e and a combining accent

Style plain(std::size_t width) { return {width, false, false}; }

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    widest = std::max(widest, display_width(line));
  }
  return widest;
}

}  // namespace

TEST_CASE("numbers are grouped by thousands") {
  CHECK(grouped(std::uint64_t{0}) == "0");
  CHECK(grouped(std::uint64_t{999}) == "999");
  CHECK(grouped(std::uint64_t{1'234'567}) == "1,234,567");
  CHECK(grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
  CHECK(grouped(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
  CHECK(grouped_decimal("1234567.25") == "1,234,567.25");
  CHECK(grouped_decimal("-1000") == "-1,000");
  CHECK(grouped_decimal("1e26") == "1e26");
  CHECK(grouped_decimal("") == "");
  CHECK(grouped_decimal(".") == ".");
}

TEST_CASE("a share that is not certain is never printed as certain") {
  CHECK(percent(0.95) == "95.0 %");
  CHECK(percent(1.0) == "100.0 %");
  CHECK(percent(0.0) == "0.0 %");
  CHECK(percent(0.99999) == "> 99.9 %");
  CHECK(percent(0.9994) == "99.9 %");
  CHECK(percent(1e-9) == "< 0.1 %");
  CHECK(percent(0.999999, 3) == "> 99.999 %");
  CHECK(percent(0.5, 0) == "50 %");
  CHECK(percent(std::numeric_limits<double>::quiet_NaN()) == "not a number");
}

TEST_CASE("quantities are plain up to a million and exponents beyond") {
  CHECK(compact(1e26) == "1e26");
  CHECK(compact(2.5e25) == "2.5e25");
  CHECK(compact(4000) == "4,000");
  CHECK(compact(999'999) == "1e6");
  CHECK(compact(123'456) == "123,456");
  CHECK(compact(0.05) == "0.05");
  CHECK(compact(1.25e-7) == "1.25e-7");
  CHECK(compact(-1500) == "-1,500");
  CHECK(compact(0) == "0");
  CHECK(compact(std::numeric_limits<double>::infinity()) == "unlimited");
}

TEST_CASE("times and sizes are written in the unit a person would choose") {
  CHECK(duration(850) == "850 ms");
  CHECK(duration(12'540) == "12.5 s");
  CHECK(duration(200'000) == "3 min 20 s");
  CHECK(duration(7'500'000) == "2 h 05 min");
  CHECK(duration(356'400'000) == "4 d 3 h");
  CHECK(byte_size(512) == "512 B");
  CHECK(byte_size(1536) == "1.5 KiB");
  CHECK(byte_size(std::uint64_t{16} << 30U) == "16.0 GiB");
  CHECK(counted(1, "chip") == "1 chip");
  CHECK(counted(1234, "chip") == "1,234 chips");
  CHECK(counted(2, "entry", "entries") == "2 entries");
}

TEST_CASE("width counts columns, not bytes") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width(kanji_two) == 4);
  CHECK(display_width(e_acute) == 1);
  CHECK(display_width("\xff") == 1);
}

TEST_CASE("text is broken or shortened within its columns") {
  CHECK(elided("abcdefghij", 10) == "abcdefghij");
  CHECK(elided("abcdefghijk", 9) == "abcd…hijk");
  CHECK(elided("abc", 1) == "…");
  CHECK(display_width(elided(std::string(kanji_two) + kanji_two, 5)) <= 5);
  CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  CHECK(wrapped("a\nb", 5) == std::vector<std::string>{"a", "b"});
  CHECK(wrapped("", 5) == std::vector<std::string>{""});
}

TEST_CASE("every width wraps every text without a line that is too long") {
  const std::string text = std::string("some words ") + kanji_two + kanji_two + " " + e_acute +
                           " averylongwordwithoutanyspace end";
  for (std::size_t width = 2; width < 40; ++width) {
    for (const std::string& line : wrapped(text, width)) CHECK(display_width(line) <= width);
    CHECK(display_width(elided(text, width)) <= width);
  }
}

TEST_CASE("foreign text cannot drive the terminal or turn the reading direction") {
  CHECK(visible("a\x1b[31mb") == "a\xef\xbf\xbd[31mb");
  CHECK(visible("a\nb") ==
        "a\xef\xbf\xbd"
        "b");
  CHECK(visible("a\nb", true) == "a\nb");
  CHECK(visible("\xe2\x80\xae") == "\xef\xbf\xbd");          // right-to-left override
  CHECK(visible("\xc0\x80") == "\xef\xbf\xbd\xef\xbf\xbd");  // overlong
  CHECK(first_code_point("\xed\xa0\x80").size == 1);         // surrogate
  CHECK(visible("gr\xc3\xbc\xc3\x9f") == "gr\xc3\xbc\xc3\x9f");
}

TEST_CASE("a table aligns numbers at the right and text at the left") {
  Table table;
  table.columns = {{"Prover"}, number_column("Chips")};
  table.rows = {{"Northwind", "412,000"}, {kanji_two, "81"}};
  CHECK(rendered(table, plain(80)) ==
        "Prover       Chips\n"
        "─────────  ───────\n"
        "Northwind  412,000\n" +
            std::string(kanji_two) + "            81\n");
}

TEST_CASE("a table fits every width and keeps its numbers whole") {
  Table table;
  table.caption = "A caption that is rather long for a narrow terminal window";
  table.columns = {id_column("Chip"), {"What was found"}, number_column("Lines")};
  table.rows = {{"0123456789ABCDEFGHJKMNPQRST", "a digest that no declared run explains", "1,234"},
                {"short", "fine"}};
  for (std::size_t width = narrowest_width; width <= 120; ++width) {
    const std::string text = rendered(table, plain(width));
    CHECK(widest_line(text) <= width);
    CHECK(text.find("1,234") != std::string::npos);
  }
  CHECK(rendered(table, plain(120)).find("0123456789ABCDEFGHJKMNPQRST") != std::string::npos);
  CHECK(rendered(table, plain(42)).find("…") != std::string::npos);
}

TEST_CASE("an id that people copy is kept whole at every width") {
  const std::string chip = "0123456789ABCDEFGHJKMNPQRST";
  Table table;
  table.columns = {whole_id_column("chip"), {"standing"}, {"where"}, {"expected"}, {"found"}};
  table.rows = {{chip, "refused", "certificate 2", "a signature by the key above", "another"}};
  for (std::size_t width = narrowest_width; width <= 120; ++width) {
    CAPTURE(width);
    CHECK(rendered(table, plain(width)).find(chip) != std::string::npos);
  }
}

TEST_CASE("a table whose least does not fit is printed row by row") {
  Table table;
  table.columns = {number_column("First"), number_column("Second"), number_column("Third")};
  table.rows = {{"123,456,789,012,345", "123,456,789,012,345", "123,456,789,012,345"}};
  const std::string text = rendered(table, plain(40));
  CHECK(text.find("Second  123,456,789,012,345\n") != std::string::npos);
  CHECK(widest_line(text) <= 40);
}

TEST_CASE("a list wraps sentences, and leaves a key whole to be copied") {
  const std::string key = "registry.example/log+58ea24ae+" + std::string(44, 'A');
  const Facts facts{"", {{"key", key}, {"said", "words that go on " + std::string(30, 'x')}}};
  CHECK(rendered(facts, plain(40)) ==
        "key   " + key + "\nsaid  words that go on\n      " + std::string(30, 'x') + "\n");
}

TEST_CASE("colour follows the mode, NO_COLOR and the terminal") {
  TerminalFacts facts;
  facts.is_terminal = true;
  facts.columns = 132;
  CHECK(style_for(facts, ColorMode::automatic).color);
  CHECK(style_for(facts, ColorMode::automatic).width == 132);
  CHECK_FALSE(style_for(facts, ColorMode::never).color);
  facts.no_color_env = "";
  CHECK(style_for(facts, ColorMode::automatic).color);
  facts.no_color_env = "1";
  CHECK_FALSE(style_for(facts, ColorMode::automatic).color);
  CHECK(style_for(facts, ColorMode::always).color);
  facts = {};
  CHECK_FALSE(style_for(facts, ColorMode::automatic).color);
  CHECK(style_for(facts, ColorMode::automatic).width == plain_width);
  facts.columns_env = "60";
  CHECK(style_for(facts, ColorMode::automatic).width == 60);
  facts.columns_env = "3";
  CHECK(style_for(facts, ColorMode::automatic).width == narrowest_width);
  facts.columns_env = "12x";
  CHECK(style_for(facts, ColorMode::automatic).width == plain_width);
  CHECK(toned("x", Tone::bad, false) == "x");
  CHECK(toned("x", Tone::good, true) == "\x1b[32mx\x1b[0m");
}

TEST_CASE("a colour mode that is none of the three is refused by name") {
  CHECK(must(parse_color_mode("never")) == ColorMode::never);
  CHECK(must_fail(parse_color_mode("blue")) == "color: got \"blue\", want auto, always or never");
}

TEST_CASE("a progress line says how far, how fast and how long still") {
  CHECK(progress_line({"recording", "events", 1'200'000, 4'000'000, 24'000}, 100) ==
        "recording  1,200,000 of 4,000,000 events  30 %  50,000/s  0:56 left");
  CHECK(progress_line({"recording", "events", 500, 0, 1'000}, 100) ==
        "recording  500 events  500/s");
  CHECK(progress_line({"recording", "", 0, 10, 1'000}, 100) == "recording  0 of 10  0 %");
  CHECK(display_width(progress_line({"recording", "events", 1, 9, 1'000}, 20)) == 20);
}

TEST_CASE("progress is silent at first, off terminals, and wiped at the end") {
  using std::chrono::milliseconds;
  std::chrono::steady_clock::time_point now{};
  std::ostringstream out;
  {
    Progress progress(out, {80, false, true}, {"work", "items", 0, 100, 0}, [&] { return now; });
    now += milliseconds(199);
    progress.update(10);
    CHECK(out.str().empty());
    now += milliseconds(1);
    progress.update(20);
    const std::string first = out.str();
    CHECK(first.find("work  20 of 100 items") != std::string::npos);
    now += milliseconds(50);
    progress.update(21);
    CHECK(out.str() == first);
  }
  CHECK(out.str().ends_with("\r\x1b[K"));
  std::ostringstream file;
  {
    Progress progress(file, {80, false, false}, {"work", "", 0, 0, 0}, [&] { return now; });
    now += milliseconds(5000);
    progress.update(10);
  }
  CHECK(file.str().empty());
}

TEST_CASE("each mode prints what it is for and nothing else") {
  const auto printed = [](Mode mode) {
    std::ostringstream result;
    std::ostringstream note;
    Printer printer(result, note, mode, {plain(60), plain(60)});
    printer.heading("Outcome");
    printer.paragraph("No sign of it.");
    printer.json({{"verdict", "no-sign-of"}, {"bad", "\xff"}});
    printer.note("took a while");
    printer.error("a line\nof trouble \x1b[0m");
    return std::pair(result.str(), note.str());
  };
  CHECK(printed(Mode::text).first == "Outcome\nNo sign of it.\n");
  CHECK(printed(Mode::quiet).first.empty());
  const Json parsed = must(parse_json(printed(Mode::json).first));
  CHECK(parsed["verdict"] == "no-sign-of");
  CHECK(printed(Mode::quiet).second == "muster: a line\nof trouble \xef\xbf\xbd[0m\n");
  CHECK(printed(Mode::json).second.starts_with("took a while\n"));
}

}  // namespace muster::print
