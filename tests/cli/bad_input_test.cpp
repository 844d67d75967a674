// Bad input at every door of the command line: one clear line, exit code 2, nothing written.

#include <algorithm>
#include <iostream>
#include <sstream>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/envelope.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

struct Bad {
  std::string name;
  std::string text;
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

/// A good statement of the maker that nobody handed in yet.
std::string good_statement(CliWorld& world) {
  const Ran made = world.run({"statement", "make", "--kind", "site.register", "--as", "maker",
                              "--sign", world.key("maker"), "--body",
                              R"({"site":"s1","name":"New","country":"US","kind":"warehouse"})"});
  REQUIRE(made.code == 0);
  return made.out.substr(0, made.out.size() - 1);
}

/// An envelope of the maker around any payload, well signed.
std::string signed_by_maker(CliWorld& world, std::string payload) {
  const auto signer = must(crypto::read_key_file(world.key("maker")));
  const std::vector<const crypto::Signer*> signers{&signer};
  return ledger::encode_envelope(must(
      ledger::sign_envelope(std::string(ledger::event_payload_type), std::move(payload), signers)));
}

/// Ways to spoil a JSON document that has the field `text_field` with a text as its value.
std::vector<Bad> spoilt(const std::string& good, const std::string& text_field) {
  const std::string key = "\"" + text_field + "\":";
  const auto value = good.find(key) + key.size();
  const auto end = good.find('"', value + 1) + 1;
  const auto with_value = [&](const std::string& text) {
    return good.substr(0, value) + text + good.substr(end);
  };
  return {{"truncated", good.substr(0, good.size() / 2)},
          {"cut by one", good.substr(0, good.size() - 1)},
          {"duplicate key", replaced(good, key, key + "\"\"," + key)},
          {"wrong type", with_value("5")},
          {"null", with_value("null")},
          {"NaN", with_value("NaN")},
          {"infinity", with_value("1e999")},
          {"fraction", with_value("0.5")},
          {"unknown field", replaced(good, "{", "{\"extra\":1,")},
          {"invalid UTF-8", with_value("\"\xC3\x28\"")},
          {"lone surrogate", with_value("\"\\ud800\"")},
          {"nothing after it", good + "{}"},
          {"deep", with_value(std::string(100, '[') + std::string(100, ']'))},
          {"empty object", "{}"},
          {"array", "[]"},
          {"not JSON", "statement"}};
}

std::vector<Bad> bad_envelopes(CliWorld& world) {
  const std::string good = good_statement(world);
  std::vector<Bad> list = spoilt(good, "payload");
  const std::string payload = must(ledger::parse_envelope(good)).payload;
  for (const Bad& bad : spoilt(payload, "stream")) {
    list.push_back({"payload: " + bad.name, signed_by_maker(world, bad.text)});
  }
  list.push_back({"payload with white space", signed_by_maker(world, payload + " ")});
  list.push_back({"payload of unknown kind",
                  signed_by_maker(world, replaced(payload, "site.register", "site.vanish"))});
  list.push_back({"oversized payload",
                  replaced(good, "\"payload\":\"", "\"payload\":\"" + std::string(80'000, 'A'))});
  list.push_back({"oversized document", good.substr(0, good.size() - 1) + ",\"x\":\"" +
                                            std::string(200'000, 'x') + "\"}"});
  // The signature of another statement: as good as any, and not of this one.
  const auto other = must(ledger::parse_envelope(signed_by_maker(world, "{}"))).signatures;
  auto envelope = must(ledger::parse_envelope(good));
  envelope.signatures = other;
  list.push_back({"wrong signature", ledger::encode_envelope(envelope)});
  return list;
}

void check_refused(CliWorld& world, const std::string& door, const std::string& bad,
                   const std::vector<std::string>& arguments, const std::string& head) {
  const Ran ran = world.run(arguments);
  INFO(door << ": " << bad << ": " << ran.err);
  CHECK(ran.code == 2);
  CHECK(std::ranges::count(ran.err, '\n') == 1);
  CHECK(ran.err.starts_with("muster: "));
  CHECK(world.head() == head);
}

}  // namespace

TEST_CASE("a bad statement is told in one line at every door, and nothing is written") {
  CliWorld world("cli-bad-statement");
  const std::string head = world.head();
  for (const Bad& bad : bad_envelopes(world)) {
    const std::string file = world.write("bad.json", bad.text);
    check_refused(world, "submit", bad.name, {"statement", "submit", file}, head);
    check_refused(world, "check", bad.name, {"statement", "check", file}, head);
    check_refused(world, "all or nothing", bad.name,
                  {"statement", "submit", file, "--all-or-nothing"}, head);
    const std::string wrapped = world.write("bad.ndjson", "{\"envelope\":" + bad.text + "}\n");
    check_refused(world, "wrapped", bad.name, {"statement", "submit", wrapped}, head);
    const bool parses = ledger::parse_envelope(bad.text).has_value();
    if (parses) continue;  // `sign` looks at the envelope alone
    check_refused(world, "sign", bad.name, {"statement", "sign", file, "--sign", world.key("gov")},
                  head);
    CHECK(must(read_text_file(file)) == bad.text);
  }
}

TEST_CASE("one malformed line keeps a whole file out, and is named") {
  CliWorld world("cli-bad-line");
  const std::string head = world.head();
  const std::string good = good_statement(world);
  const std::string file = world.write("lines.ndjson", good + "\n" + good.substr(1) + "\n");
  const Ran ran = world.run({"statement", "submit", file});
  CHECK(ran.code == 2);
  CHECK(ran.err.find("lines.ndjson line 2: ") != std::string::npos);
  CHECK(world.head() == head);
}

TEST_CASE("standard input is a door like the others") {
  CliWorld world("cli-bad-stdin");
  const std::string head = world.head();
  const std::string good = good_statement(world);
  const auto submit = [&](const std::string& text) {
    std::istringstream in(text);
    auto* const usual = std::cin.rdbuf(in.rdbuf());
    const Ran ran = world.run({"statement", "submit", "-", "--json"});
    std::cin.rdbuf(usual);
    return ran;
  };
  const Ran bad = submit(good + "\n{\"envelope\":NaN}\n");
  CHECK(bad.code == 2);
  CHECK(bad.err.find("standard input line 2: ") != std::string::npos);
  CHECK(world.head() == head);
  CHECK(submit(good).code == 0);
  CHECK(world.head() != head);
}

TEST_CASE("manifests that are not what their statement names are told, and nothing is written") {
  CliWorld world("cli-bad-blob");
  const std::string head = world.head();
  const std::string good = good_statement(world);
  const std::string zeros(64, '0');
  for (const std::string& blobs :
       {"[{\"sha256\":\"" + zeros + "\",\"base64\":\"AAAA\"}]", std::string("[5]"),
        std::string("{}"), "[{\"sha256\":\"" + zeros + "\"}]",
        "[{\"sha256\":\"" + zeros + "\",\"base64\":\"?\"}]"}) {
    const std::string line = "{\"envelope\":" + good + ",\"blobs\":" + blobs + "}";
    check_refused(world, "blobs", blobs, {"statement", "submit", world.write("blobs.ndjson", line)},
                  head);
  }
}

TEST_CASE("bad bodies, tables and keys are told by the verbs that take them") {
  CliWorld world("cli-bad-parts");
  const auto chips = world.chips(1);
  const std::string head = world.head();
  const std::string body = R"({"site":"s1","name":"New","country":"US","kind":"warehouse"})";
  std::vector<Bad> bodies = spoilt(body, "name");
  for (const Bad& bad : bodies) {
    check_refused(world, "make --body", bad.name,
                  {"statement", "make", "--kind", "site.register", "--as", "maker", "--sign",
                   world.key("maker"), "--body", "@" + world.write("body.json", bad.text)},
                  head);
  }
  const std::vector<Bad> tables{
      {"no header", ""},
      {"unknown column", "chip,colour\n" + chips[0] + ",red\n"},
      {"no chip column", "pass\nyes\n"},
      {"ragged", "chip,pass\n" + chips[0] + "\n"},
      {"bad id", "chip,pass\n0123,yes\n"},
      {"wrong type", "chip,pass\n" + chips[0] + ",5\n"},
      {"open quote", "chip,pass\n\"" + chips[0] + ",yes\n"},
      {"invalid UTF-8", "chip,bin,pass\n" + chips[0] + ",\xC3\x28,yes\n"},
      {"twice", "chip,pass\n" + chips[0] + ",yes\n" + chips[0] + ",yes\n"},
      {"a line that is no object", "{\"chip\":\"" + chips[0] + "\",\"pass\":true}\n[]\n"},
      {"an empty line", "{\"chip\":\"" + chips[0] + "\",\"pass\":true}\n\n"},
      {"a number for an id", "{\"chip\":5,\"pass\":true}\n"},
      {"a member twice", "{\"chip\":\"" + chips[0] + "\",\"pass\":true,\"pass\":false}\n"},
      {"a text for a truth value", "{\"chip\":\"" + chips[0] + "\",\"pass\":\"yes\"}\n"},
      {"another member", "{\"chip\":\"" + chips[0] + "\",\"pass\":true,\"colour\":1}\n"}};
  for (const Bad& bad : tables) {
    check_refused(world, "chip test --chips", bad.name,
                  {"chip", "test", "--as", "maker", "--sign", world.key("maker"), "--chips",
                   "@" + world.write("table.csv", bad.text)},
                  head);
  }
  std::string key = must(read_text_file(world.key("maker")));
  key.pop_back();  // its line feed may well be missing
  for (const Bad& bad : spoilt(key, "algorithm")) {
    const std::string file = world.write("bad.key", bad.text);
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    check_refused(
        world, "--sign", bad.name,
        {"chip", "retire", "--as", "maker", "--sign", file, "--cause", "old", "--chips", chips[0]},
        head);
    std::filesystem::remove(file);
  }
}

TEST_CASE("tables of chips are told the line that is wrong, as CSV and as NDJSON") {
  CliWorld world("cli-bad-lines");
  const auto chips = world.chips(2);
  const auto told = [&](const std::string& text) {
    return world
        .run({"chip", "test", "--as", "maker", "--sign", world.key("maker"), "--chips",
              "@" + world.write("table", text)})
        .err;
  };
  const auto has = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
  };
  const auto line = [](const std::string& chip) {
    return "{\"chip\":\"" + chip + "\",\"pass\":true}\n";
  };
  const std::string csv = "chip,pass\n" + chips[0] + ",yes\n";

  CHECK(has(told(csv + chips[1] + ",\n"), "table line 3: "));
  CHECK(has(told(csv + chips[1] + ",\n"), "pass: missing"));
  CHECK(has(told(csv + chips[0] + ",no\n"), "table line 3: " + chips[0] + " stands in line 2"));
  CHECK(has(told(line(chips[0]) + "{\"chip\":\"" + chips[1] + "\"}"), "table line 2: "));
  CHECK(has(told(line(chips[0]) + line(chips[0])), chips[0] + " stands in line 1 already"));
  CHECK(has(told(line(chips[0]) + "{"), "table line 2: "));
}

TEST_CASE("a JSON array where chips are listed is told what is wanted in its place") {
  CliWorld world("cli-chip-array");
  const std::string array = Json(world.chips(1)).dump();
  const auto test = [&](const std::string& chips) {
    return world.run(
        {"chip", "test", "--as", "maker", "--sign", world.key("maker"), "--chips", chips});
  };

  const Ran of_file = test("@" + world.write("list.json", "\n " + array + "\n"));
  CHECK(of_file.code == 2);
  CHECK(of_file.err.find("list.json: got a JSON array, want CSV with a column \"chip\", or "
                         "NDJSON, an object on each line: {\"chip\":\"…\"}") != std::string::npos);
  const Ran typed = test(array);
  CHECK(typed.code == 2);
  CHECK(typed.err.find("--chips: got a JSON array, want ids with commas between, or @FILE") !=
        std::string::npos);
}

TEST_CASE("a text that no manifest can hold is refused at its line and column, however few chips") {
  CliWorld world("cli-unplain");
  const auto told = [&](const std::string& text) {
    return world
        .run({"chip", "package", "--as", "maker", "--sign", world.key("maker"), "--product", "a1",
              "--chips", "@" + world.write("table", text)})
        .err;
  };
  const auto has = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
  };
  const std::string head = world.head();
  const auto id = [](std::uint64_t n) { return ChipId::from_parts({1, n, 9}).to_string(); };
  const std::string bad = "S\xC3\xBC";
  const std::string want = "want characters 0x20 to 0x7E without \" and \\";

  for (const std::uint64_t count : {2U, 80U}) {
    CAPTURE(count);
    std::string csv = "chip,serial\n";
    std::string lines;
    for (std::uint64_t n = 0; n < count; ++n) {
      const std::string serial = n == 1 ? bad : "S" + std::to_string(n);
      csv += id(n) + "," + serial + "\n";
      lines += R"({"chip":")" + id(n) + R"(","serial":")" + serial + "\"}\n";
    }
    CHECK(has(told(csv), "table line 3: serial: byte 2 of \"" + bad + "\": " + want));
    CHECK(has(told(lines), "table line 2: serial: byte 2 of \"" + bad + "\": " + want));
  }
  CHECK(has(told("chip,serial\n" + id(0) + ",\"a\"\"b\"\n"), "serial: byte 2 of "));
  CHECK(world.head() == head);
}

TEST_CASE("a column that stands twice, and a table without a chip, are refused with the file") {
  CliWorld world("cli-table-form");
  const auto chips = world.chips(1);
  const std::string head = world.head();
  const auto has = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
  };

  const Ran twice =
      world.run({"chip", "test", "--as", "maker", "--sign", world.key("maker"), "--chips",
                 "@" + world.write("twice", "chip,pass,pass\n" + chips[0] + ",yes,no\n")});
  CHECK(twice.code == 2);
  CHECK(has(twice.err, "twice line 1: column \"pass\" stands twice"));

  // Of no chips at all it would be a lease of capacity.
  const std::vector<std::string> lease{"lease",      "start",
                                       "--as",       "maker",
                                       "--sign",     world.key("maker"),
                                       "--sign",     world.key("northwind"),
                                       "--lease",    "L",
                                       "--lessee",   "northwind",
                                       "--country",  "SG",
                                       "--window",   "2026-01-02..2026-02-01",
                                       "--capacity", "5"};
  const Ran empty =
      world.run(lease + std::vector<std::string>{"--chips", "@" + world.write("empty", "chip\n")});
  CHECK(empty.code == 2);
  CHECK(has(empty.err, "empty: got a header alone"));
  CHECK(world.head() == head);
}

TEST_CASE("bad options of event verbs are told and name the option") {
  CliWorld world("cli-bad-options");
  const auto chips = world.chips(1);
  const std::string head = world.head();
  const std::vector<std::vector<std::string>> bad{
      {"chip", "reserve", "--block", "minus", "--count", "5", "--product", "a1", "--packager",
       "maker"},
      {"chip", "reserve", "--block", "99", "--count", "0", "--product", "a1", "--packager",
       "maker"},
      {"chip", "reserve", "--block", "99", "--count", "99999999999999999999", "--product", "a1",
       "--packager", "maker"},
      {"site", "register", "--site", "not a name", "--name", "n", "--country", "US", "--kind",
       "warehouse"},
      {"site", "register", "--site", "s", "--name", "n", "--country", "Utopia", "--kind",
       "warehouse"},
      {"site", "register", "--site", "s", "--name", "n", "--country", "US", "--kind", "cellar"},
      {"site", "register", "--site", "s", "--name", "\xC3\x28", "--country", "US", "--kind",
       "warehouse"},
      {"licence", "grant", "--licence", "L", "--licensee", "maker", "--consignees", "northwind",
       "--countries", "SG", "--products", "a1", "--max-units", "1", "--window", "yesterday"},
      {"licence", "grant", "--licence", "L", "--licensee", "maker", "--consignees", "northwind",
       "--countries", "SG", "--products", "a1", "--max-units", "1", "--window",
       "2027-01-01..2026-01-01"}};
  for (std::vector<std::string> arguments : bad) {
    const std::string said = joined(arguments);
    for (const char* more : {"--as", "maker", "--sign"}) arguments.emplace_back(more);
    arguments.push_back(world.key("maker"));
    check_refused(world, "event verb", said, arguments, head);
  }
}
