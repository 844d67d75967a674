// A blinded roster shows sums and no chips; its lines are opened one by one.

#include "registry/holdings/blinded_roster.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

const Bytes key(32, 7);

std::vector<Holding> lines(std::size_t count) {
  std::vector<Holding> list;
  for (std::size_t i = 0; i < count; ++i) {
    list.push_back({.chip = ChipId::from_parts({.block = 9, .ordinal = i, .random = 5}),
                    .custodian = "northwind",
                    .owner = "northwind",
                    .tenant = i == 1 ? "dealer" : "",
                    .site = "northwind-site",
                    .product = "a1",
                    .tpp = 4800 + i,
                    .held_ms = static_cast<std::int64_t>(1000 * i),
                    .exit_read = i % 2 == 0});
  }
  return list;
}

BlindedRoster roster_of(std::size_t count) {
  const Window window{Timestamp::parse("2026-01-01T00:00:00.000Z").value(),
                      Timestamp::parse("2026-02-01T00:00:00.000Z").value()};
  return blind("test.example/registry", 42, {.country = "US"}, window, lines(count), key);
}

std::string rule_of(const Result<void>& result) { return result ? "holds" : result.error().rule; }

}  // namespace

TEST_CASE("a blinded roster has counts, sums and one leaf a chip") {
  const BlindedRoster roster = roster_of(3);

  CHECK(roster.totals == HoldingTotals{.count = 3, .tpp = 3 * 4800 + 3, .held_ms = 3000});
  CHECK(roster.leaves.size() == 3);
  CHECK(roster.root == ledger::root_hash(roster.leaves));
  const std::string text = encode_blinded(roster);
  for (const Holding& line : lines(3)) CHECK(text.find(line.chip.to_string()) == std::string::npos);
  CHECK(text.find("northwind") == std::string::npos);
}

TEST_CASE("the leaf of a line is its formula, worked by hand") {
  const Holding line = lines(2)[1];
  const auto salt = draw::frame_salt(key, line.chip.to_string());
  const std::string json = "{\"chip\":\"" + line.chip.to_string() +
                           "\",\"custodian\":\"northwind\",\"exit_read\":false,\"held_ms\":1000,"
                           "\"owner\":\"northwind\",\"product\":\"a1\",\"site\":\"northwind-site\","
                           "\"tenant\":\"dealer\",\"tpp\":4801}";
  CHECK(blinded_leaf(line, salt) ==
        crypto::sha256({as_bytes("muster/roster/leaf/v1\n"), ByteView(salt), as_bytes(json)}));
}

TEST_CASE("without the key a leaf does not follow from the line, not even for a known chip") {
  const Bytes other(32, 8);
  const BlindedRoster one = roster_of(3);
  const BlindedRoster two =
      blind(one.origin, one.entries, one.selection, one.window, lines(3), other);
  for (std::size_t i = 0; i < 3; ++i) CHECK(one.leaves[i] != two.leaves[i]);
}

TEST_CASE("every line of rosters of 1 to 20 chips opens, and proves its place") {
  for (std::size_t count = 1; count <= 20; ++count) {
    const BlindedRoster roster = roster_of(count);
    for (const Holding& line : lines(count)) {
      const auto opening = must(open_line(lines(count), line.chip, key));
      CHECK(rule_of(check_opening(opening, roster)) == "holds");
      CHECK(must(parse_opening(encode_opening(opening))) == opening);
    }
    CHECK(must(parse_blinded(encode_blinded(roster))) == roster);
  }
}

TEST_CASE("a chip that is not in the roster has no opening") {
  const auto opening =
      open_line(lines(2), ChipId::from_parts({.block = 9, .ordinal = 7, .random = 5}), key);
  REQUIRE_FALSE(opening);
  CHECK(opening.error().code == Errc::not_found);
}

TEST_CASE("an opening with anything changed leads elsewhere") {
  const BlindedRoster roster = roster_of(5);
  const RosterOpening good = must(open_line(lines(5), lines(5)[2].chip, key));
  const auto broken = [&](const auto& change) {
    RosterOpening opening = good;
    change(opening);
    return rule_of(check_opening(opening, roster));
  };

  CHECK(broken([](RosterOpening& one) { one.line.site = "elsewhere"; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.line.custodian = "maker"; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.line.owner = "maker"; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.line.tenant = "maker"; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.line.product = "b1"; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { ++one.line.tpp; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { ++one.line.held_ms; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.line.exit_read = false; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.salt[0] ^= 1; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.index = 3; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.index = 5; }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.proof.pop_back(); }) == "roster.opening");
  CHECK(broken([](RosterOpening& one) { one.count = 6; }) == "roster.other");
  CHECK(broken([](RosterOpening& one) { one.root.bytes[0] ^= 1; }) == "roster.other");
  CHECK(rule_of(check_opening(good, roster_of(6))) == "roster.other");
}

TEST_CASE("a roster or an opening has one spelling, and every changed byte is seen") {
  const std::string text = encode_blinded(roster_of(3));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = parse_blinded(changed);
    // What leaves and root do not bind is bound by comparing all of it with the log.
    if (read) CHECK(*read != roster_of(3));
  }
  std::string upper = text;
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : static_cast<char>(c);
  });
  CHECK_FALSE(parse_blinded(upper).has_value());
  const RosterOpening opening = must(open_line(lines(3), lines(3)[0].chip, key));
  const std::string line = encode_opening(opening);
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string changed = line;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const auto read = parse_opening(changed);
    if (read) CHECK(rule_of(check_opening(*read, roster_of(3))) != "holds");
  }
}

TEST_CASE("a roster whose leaves are not its own is refused before anything is believed") {
  BlindedRoster roster = roster_of(3);
  std::swap(roster.leaves[0], roster.leaves[1]);
  CHECK(parse_blinded(encode_blinded(roster)).error().rule == "roster.root");
  roster = roster_of(3);
  roster.totals.count = 4;
  CHECK(parse_blinded(encode_blinded(roster)).error().rule == "roster.unreadable");
  CHECK(parse_blinded("{}").error().rule == "roster.unreadable");
  CHECK(parse_opening("[]").error().rule == "roster.unreadable");
}
