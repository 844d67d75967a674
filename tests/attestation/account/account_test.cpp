// Compute accounts: what chips could do, what was declared of it, and what could hide.

#include "attestation/account/account.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::catalogue::ChipModel;
using muster::catalogue::Fixed;
using muster::stats::Decimal;
using muster::stats::Rational;
using muster::test::must;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

Timestamp day(std::int64_t n) { return {n * day_ms}; }
Decimal decimal(const std::string& text) { return must(Decimal::parse(text)); }

ChipId chip_number(std::uint8_t n) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.back() = n;
  return ChipId::from_bytes(bytes);
}

/// 100 Tera at 16 bits, 200 at 8; `terabytes` a second from memory.
ChipModel model(const std::string& terabytes) {
  return {.name = "test chip",
          .vendor = "nobody",
          .release = "",
          .rates = {{"BF16/FP16", 16, must(Fixed::parse("100"))},
                    {"FP8", 8, must(Fixed::parse("200"))}},
          .memory_gb = must(Fixed::parse("80")),
          .memory_tb_per_s = must(Fixed::parse(terabytes)),
          .power_w = {},
          .die_area_mm2 = {},
          .published_tpp = {},
          .sparse_ratio = {},
          .log_profile = "",
          .source = "",
          .confidence = "",
          .notes = ""};
}

/// Four chips for ten days, of which runs take what they say.
struct World {
  ChipModel fast = model("1");
  std::vector<AccountedProduct> products{{"fast", &fast}};
  std::vector<AccountedChip> chips{{chip_number(1), 0, 10 * day_ms},
                                   {chip_number(2), 0, 10 * day_ms},
                                   {chip_number(3), 0, 10 * day_ms},
                                   {chip_number(4), 0, 10 * day_ms}};
  std::vector<std::vector<Assignment>> maps;
  std::vector<AccountedRun> runs;

  World() { maps.reserve(8); }

  AccountedRun& add(const std::string& name, const std::vector<std::uint8_t>& on,
                    const std::string& flop, Window window = {day(0), day(10)}) {
    auto& map = maps.emplace_back();
    for (const std::uint8_t n : on) map.push_back({chip_number(n), 0, window, 0});
    runs.push_back({.run = must(RunId::parse(name)),
                    .prover = "northwind",
                    .window = window,
                    .flop = decimal(flop),
                    .parameters = decimal("1e9"),
                    .bytes_per_parameter = 2,
                    .format = "BF16",
                    .assignments = map});
    return runs.back();
  }

  [[nodiscard]] Account account() const {
    return account_of({day(0), day(10)}, products, chips, runs);
  }
};

std::vector<std::string> codes(const Account& account) {
  std::vector<std::string> list;
  for (const AccountFinding& found : account.findings) list.push_back(found.code);
  return list;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("an account adds up what chips could do, what they did and what could hide") {
  World world;
  // Two chips at 16 bits for ten days could do 2 x 10^14 x 864,000 = 1.728e20; 40 % of it is used.
  world.add("r", {1, 2}, "6.912e19");

  const Account account = world.account();

  CHECK(account.capacity == decimal("6.912e20"));  // four chips at 8 bits
  CHECK(account.declared == decimal("6.912e19"));
  CHECK(account.free_at_peak == decimal("3.456e20"));
  CHECK(account.free_plausible == decimal("2.0736e20"));  // 60 % of it
  REQUIRE(account.runs.size() == 1);
  CHECK(account.runs[0].capacity == decimal("1.728e20"));
  CHECK(*account.runs[0].mfu == decimal("0.4"));
  CHECK(account.runs[0].band == MfuBand::normal);
  // At 8 bits the same two chips plausibly do 60 % of 3.456e20: 2.0736e20.
  CHECK(account.runs[0].could_hide == decimal("1.38240e20"));
  CHECK(account.inside_plausible == decimal("1.3824e20"));
  CHECK(account.findings.empty());
}

TEST_CASE("a share of peak is read by the bands of its chips") {
  const auto band_of = [](const char* terabytes, const char* flop) {
    World world;
    world.fast = model(terabytes);
    world.add("r", {1, 2, 3, 4}, flop);
    return world.account().runs[0].band;
  };
  // All four at 16 bits could do 3.456e20; 100 operations a byte, and 50.
  CHECK(band_of("1", "5.183e19") == MfuBand::unexplained);
  CHECK(band_of("1", "5.184e19") == MfuBand::normal);   // 15 %
  CHECK(band_of("1", "2.0736e20") == MfuBand::normal);  // 60 %
  CHECK(band_of("1", "2.0737e20") == MfuBand::review);
  CHECK(band_of("1", "2.592e20") == MfuBand::review);  // 75 %
  CHECK(band_of("1", "2.593e20") == MfuBand::implausible);
  CHECK(band_of("1", "3.456e20") == MfuBand::implausible);
  CHECK(band_of("1", "3.457e20") == MfuBand::impossible);
  CHECK(band_of("2", "2.9376e20") == MfuBand::normal);  // 85 %
  CHECK(band_of("2", "2.938e20") == MfuBand::review);
  CHECK(band_of("2", "3.2832e20") == MfuBand::review);  // 95 %
  CHECK(band_of("2", "3.284e20") == MfuBand::implausible);
}

TEST_CASE("a run without a number format is not judged, but for the impossible") {
  World world;
  world.add("some", {1, 2}, "1e20").format.reset();
  world.add("much", {3, 4}, "1e22").format.reset();

  const Account account = world.account();

  CHECK(account.runs[0].band == MfuBand::not_judged);
  CHECK(account.runs[0].why_not == "no number format declared");
  CHECK(account.runs[0].capacity == decimal("3.456e20"));  // at the fastest
  CHECK(account.runs[1].band == MfuBand::impossible);
  CHECK(codes(account) == Codes{"flop.impossible"});
}

TEST_CASE("what cannot be judged says why") {
  World world;
  world.add("no-map", {}, "1e19");
  world.add("odd", {1}, "1e19").format = "INT2";
  world.add("idle", {2}, "0").use = RunUse::idle;
  world.products.push_back({"unknown", nullptr});
  world.chips[2].product = 1;
  world.add("slow", {3}, "1e19");

  const Account account = world.account();

  CHECK(account.runs[0].why_not == "no shard map with chips of this account");
  CHECK(account.runs[1].why_not == "fast has no rate in INT2 in the catalogue");
  CHECK(account.runs[2].why_not == "declared idle");
  CHECK(account.runs[3].why_not == "unknown has no rate in BF16 in the catalogue");
  CHECK(account.chips_without_rate == 1);
  for (const RunLine& line : account.runs) CHECK(line.band == MfuBand::not_judged);
  // An idle chip is free: it might have done anything.
  CHECK(account.products[0].declared_ms == static_cast<std::uint64_t>(10 * day_ms));
}

TEST_CASE("no format that is declared makes less of what could hide") {
  const auto hidden = [](const char* format) {
    World world;
    world.add("r", {1, 2, 3, 4}, "1e19").format = format;
    return world.account().inside_plausible;
  };
  // 60 % of the 6.912e20 that four chips do at 8 bits, but for what was declared.
  CHECK(hidden("FP8") == decimal("4.0472e20"));
  CHECK(hidden("BF16") == decimal("4.0472e20"));
  CHECK(hidden("INT2") == decimal("4.0472e20"));
}

TEST_CASE("only the part of a run that lies in the window counts") {
  World world;
  world.add("r", {1}, "1e20", {day(5), day(25)});
  world.add("before", {2}, "1e20", {day(-5), day(0)});

  const Account account = world.account();

  REQUIRE(account.runs.size() == 1);
  CHECK(account.runs[0].flop == decimal("2.5e19"));
  CHECK(account.runs[0].chip_ms == static_cast<std::uint64_t>(5 * day_ms));
}

TEST_CASE("a chip in two runs at one time counts once, and is told") {
  World world;
  world.add("a", {1, 2}, "3e19");
  world.add("b", {2, 3}, "3e19", {day(4), day(10)});
  world.add("c", {2}, "1e19", {day(0), day(4)});

  const Account account = world.account();

  CHECK(codes(account) == Codes{"run.overlap", "run.overlap"});
  CHECK(account.findings[0].text ==
        "shares chips at one time with run b: 1 chip, the first " + chip_number(2).to_string());
  CHECK(account.products[0].declared_ms == static_cast<std::uint64_t>(26 * day_ms));
}

TEST_CASE("a run on chips that were not held, or for longer than they were, is told") {
  World world;
  world.chips[0].held_ms = 5 * day_ms;
  world.add("r", {1, 2, 9}, "5e19");

  const Account account = world.account();

  CHECK(codes(account) == Codes{"run.not_held", "run.beyond_held"});
  CHECK(account.products[0].declared_ms == static_cast<std::uint64_t>(15 * day_ms));
}

TEST_CASE("of a tenant's run only its share on these chips counts") {
  World world;
  world.add("tenant", {1, 8, 9}, "6e19").relation = RunRelation::other;
  world.add("elsewhere", {7}, "1e19").relation = RunRelation::other;
  world.add("no-map", {}, "1e19").relation = RunRelation::other;

  const Account account = world.account();

  REQUIRE(account.runs.size() == 1);
  CHECK(account.runs[0].flop == decimal("2e19"));
  CHECK(account.findings.empty());
}

TEST_CASE("an account of some of a party's chips misses none of the others, and drops no run") {
  World world;
  world.add("r", {1, 8, 9}, "6e19").relation = RunRelation::part;
  world.add("elsewhere", {7}, "1e19").relation = RunRelation::part;
  world.add("no-map", {}, "1e19").relation = RunRelation::part;

  const Account account = world.account();

  REQUIRE(account.runs.size() == 2);
  CHECK(account.runs[0].flop == decimal("2e19"));
  CHECK(account.runs[1].why_not == "no shard map with chips of this account");
  CHECK(account.findings.empty());
}

TEST_CASE("weights that do not fit, and operations that no formula gives, are told") {
  World world;
  // 80 GiB a chip are 85,899,345,920 bytes: two chips hold 85.9e9 parameters of two bytes.
  world.add("fits", {1, 2}, "6e19").parameters = decimal("85899345920");
  world.add("large", {3, 4}, "6e19").parameters = decimal("85899345921");

  CHECK(codes(world.account()) == Codes{"flop.memory"});
  CHECK(world.account().findings[0].run == "large");

  const auto found = [](const char* flop, RunUse use) {
    World one;
    AccountedRun& run = one.add("r", {1, 2}, flop);
    run.use = use;
    run.tokens = 10'000'000'000;  // with 1e9 parameters: N D = 1e19
    return codes(one.account());
  };
  CHECK(found("3.9e19", RunUse::training) == Codes{"flop.formula"});
  CHECK(found("4e19", RunUse::training) == Codes{"flop.frozen"});
  CHECK(found("6e19", RunUse::training).empty());
  CHECK(found("1.3e20", RunUse::training) == Codes{"flop.implausible", "flop.formula"});
  CHECK(found("1.9e19", RunUse::inference) == Codes{"flop.unexplained", "flop.formula"});
  CHECK(found("3e19", RunUse::inference).empty());
  CHECK(found("1", RunUse::idle) == Codes{"flop.formula"});
  CHECK(found("0", RunUse::idle).empty());
}
