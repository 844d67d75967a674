#include "sampler/threshold/threshold.hpp"

#include "ledger/crypto/seeded_random.hpp"
#include "sampler/threshold/threshold_json.hpp"
#include "tests/registry/catalogue/catalogue_files.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;
using muster::catalogue::RateChoice;

namespace {

Decimal number(const std::string& text) { return must(Decimal::parse(text)); }

HiddenRun run_of(const std::string& excess, const std::string& days,
                 const std::string& utilisation = "1") {
  return {number(excess), number(excess), number(days), number(utilisation)};
}

ChipClass at(std::uint64_t rate, std::uint64_t count) {
  return chip_class_at("made up", rate, count);
}

ChipClass h100(const std::string& format, std::uint64_t count = unlimited_chips) {
  return must(chip_class(bundled_model("H100 SXM5 80GB"), {format, false}, count));
}

std::uint64_t chips(const std::vector<ChipClass>& classes, const HiddenRun& run) {
  const auto count = least_chips(classes, run, run.excess_flop);
  REQUIRE(count.has_value());
  return *count;
}

}  // namespace

TEST_CASE("the table of chips that a run needs, H100 at dense BF16") {
  struct Row {
    const char* flop;
    const char* use;
    std::uint64_t at_30_days, at_90_days, at_180_days;
  };
  for (const Row& row :
       {Row{"1e24", "0.4", 975, 325, 163}, Row{"1e24", "1", 390, 130, 65},
        Row{"1e25", "0.4", 9749, 3250, 1625}, Row{"1e25", "1", 3900, 1300, 650},
        Row{"1e26", "0.4", 97484, 32495, 16248}, Row{"1e26", "1", 38994, 12998, 6499}}) {
    CAPTURE(row.flop);
    CAPTURE(row.use);
    CHECK(chips({h100("BF16")}, run_of(row.flop, "30", row.use)) == row.at_30_days);
    CHECK(chips({h100("BF16")}, run_of(row.flop, "90", row.use)) == row.at_90_days);
    CHECK(chips({h100("BF16")}, run_of(row.flop, "180", row.use)) == row.at_180_days);
  }
}

TEST_CASE("the walk-through's 1e26 FLOP in 180 days needs 3,250 H100 at 8 bits") {
  UnseenChips unseen;
  unseen.offbook = 400;

  const Threshold found = must(threshold(run_of("1e26", "180"), {h100("", 120'000)}, unseen));

  CHECK(found.violation_chips == 3250);
  CHECK(found.effective_chips == 2850);
  CHECK(found.format == "FP8");
  CHECK(found.flop_per_chip_day.text() == "170985600000000000000");
  CHECK(found.lowering.empty());
  CHECK(found.violation_chips_sparse == 1625);
}

TEST_CASE("a whole number of chips is not rounded up") {
  // 10 FLOP/s for one day: 864,000 FLOP.
  CHECK(chips({at(10, 100)}, run_of("8640000", "1")) == 10);
  CHECK(chips({at(10, 100)}, run_of("8640000.000001", "1")) == 11);
  CHECK(chips({at(10, 100)}, run_of("8639999.999999", "1")) == 10);
  CHECK(chips({at(10, 100)}, run_of("864000", "1/3")) == 3);
  CHECK(chips({at(10, 100)}, run_of("8640000", "1", "0.1")) == 100);
  CHECK_FALSE(least_chips({at(10, 99)}, run_of("8640000", "1", "0.1"), number("8640000")));
}

TEST_CASE("mixed frames are counted fastest first, by rate and days held") {
  ChipClass brief = at(100, 5);
  brief.days_held = number("0.5");  // 50 for a day
  const std::vector<ChipClass> classes = {at(20, 100), brief, at(40, 3)};
  const auto need = [&](std::uint64_t units) {
    return chips(classes, run_of(std::to_string(units * 86'400), "1"));
  };

  CHECK(need(50) == 1);
  CHECK(need(51) == 2);
  CHECK(need(250) == 5);
  CHECK(need(251) == 6);
  CHECK(need(370) == 8);
  CHECK(need(371) == 9);
  CHECK(need(250 + 120 + 2000) == 108);
}

TEST_CASE("days held beyond the longest run add nothing") {
  ChipClass early = at(10, 100);
  early.days_held = number("90");

  CHECK(chips({early}, run_of("864000", "1")) == 1);
  CHECK(chips({early}, run_of("864001", "1")) == 2);
}

TEST_CASE("unseen chips work as fast as the fastest of the frame") {
  // 10 fast ones do 100 each, slow ones 1 each; the excess needs 10 x 100 + 500 x 1.
  const std::vector<ChipClass> classes = {at(100, 10), at(1, 1000)};
  const HiddenRun run = run_of(std::to_string(1500 * 86'400), "1");
  UnseenChips unseen;
  unseen.offbook = 3;
  unseen.leaked = 2;

  CHECK(chips(classes, run) == 510);
  // Five unseen fast chips do 500: the slow ones are not needed. 510 - 5 would promise too much.
  CHECK(effective_chips(classes, run, unseen) == 10);
}

TEST_CASE("enough unseen chips leave nothing to guarantee") {
  UnseenChips unseen;
  unseen.offbook = 3250;
  const Threshold found = must(threshold(run_of("1e26", "180"), {h100("", 120'000)}, unseen));
  CHECK(found.effective_chips == 0);
}

TEST_CASE("a frame that cannot do the excess says so and never answers zero") {
  const Threshold found = must(threshold(run_of("1e26", "180"), {h100("", 3249)}, {}));
  CHECK_FALSE(found.violation_chips.has_value());
  CHECK_FALSE(found.effective_chips.has_value());
  CHECK(must(threshold(run_of("1e26", "180"), {h100("", 3250)}, {})).violation_chips == 3250);
}

TEST_CASE("a lower format or utilisation is an assumption, with what holds if it is false") {
  const Threshold found =
      must(threshold(run_of("1e26", "180", "0.5"), {h100("BF16", 120'000)}, {}));
  CHECK(found.lowering.size() == 2);
  CHECK(found.violation_chips == 12998);
  CHECK(found.effective_chips_if_false == 3250);
}

TEST_CASE("runs and unseen chips out of range are refused by name") {
  const auto problem = [](const HiddenRun& run) {
    return must_fail(threshold(run, {at(1, 1)}, {}));
  };
  CHECK(problem(run_of("0", "1")).find("rule_flop") == 0);
  CHECK(problem(run_of("1", "0")).find("longest_days") == 0);
  CHECK(problem(run_of("1", "-1")).find("longest_days") == 0);
  CHECK(problem(run_of("1", "1", "1.01")).find("utilisation") == 0);
  CHECK(problem({number("1"), number("2"), number("1")}).find("excess_flop") == 0);
  UnseenChips unseen;
  unseen.offbook = UINT64_MAX;
  CHECK_FALSE(threshold(run_of("1", "1"), {at(1, 1)}, unseen));
  CHECK_FALSE(threshold(run_of("1", "1"), {}, {}));
}

TEST_CASE("the JSON has every field, numbers exact") {
  const Json json = threshold_json(must(threshold(run_of("1e26", "30"), {h100("")}, {})));
  CHECK(json.at("excess_flop") == "1e26");
  CHECK(json.at("days") == "30");
  CHECK(json.at("violation_chips") == 19495);
  CHECK(json.at("flop_per_chip_day") == "170985600000000000000");
  CHECK(json.at("effective_chips_if_assumptions_false").is_null());
  CHECK(json.at("assumptions").size() == 4);
}

TEST_CASE("random frames: the fewest chips are those of a sum chip by chip") {
  crypto::SeededRandom random("threshold frames 2026-11-23");
  for (int round = 0; round < 300; ++round) {
    std::vector<ChipClass> classes;
    std::vector<std::uint64_t> chips;  // each chip's FLOP/s x half days, at most 8 half days
    for (std::uint64_t i = 0, count = 1 + random.below(6); i < count; ++i) {
      ChipClass item = at(1 + random.below(50), 1 + random.below(20));
      const std::uint64_t half_days = random.below(12);
      item.days_held = Decimal(stats::Rational(half_days, 2));
      chips.insert(chips.end(), item.count,
                   item.flop_per_s * std::min<std::uint64_t>(half_days, 8));
      classes.push_back(item);
    }
    std::sort(chips.rbegin(), chips.rend());
    const std::uint64_t wanted = 1 + random.below(4000);
    std::uint64_t sum = 0;
    std::uint64_t fewest = 0;
    while (sum < wanted && fewest < chips.size()) sum += chips[fewest++];

    const auto found =
        least_chips(classes, run_of("1", "4"), number(std::to_string(wanted * 43'200)));

    CAPTURE(round);
    CHECK(found == (sum >= wanted ? std::optional(fewest) : std::nullopt));
  }
}

TEST_CASE("k never rises with the run's length and never falls with its size") {
  const std::vector<ChipClass> classes = {at(100, 10), at(7, 1000)};
  std::uint64_t before = UINT64_MAX;
  for (int days = 1; days <= 40; ++days) {
    const auto k = least_chips(classes, run_of("1", std::to_string(days)), number("300000000"));
    CHECK(k.value_or(UINT64_MAX) <= before);
    before = k.value_or(UINT64_MAX);
  }
  before = 0;
  for (int size = 1; size <= 40; ++size) {
    const auto k =
        least_chips(classes, run_of("1", "1"), number(std::to_string(size * 10'000'000)));
    CHECK(k.value_or(UINT64_MAX) >= before);
    before = k.value_or(UINT64_MAX);
  }
}

TEST_CASE("a run of the fewest chips may be over sooner than its longest length") {
  const auto classes =
      std::vector<ChipClass>{chip_class_at("slow", 1, 100), chip_class_at("fast", 4, 2)};
  const auto whole = [](std::uint64_t value) { return Decimal::from_integer(value); };
  // Two fast chips and two slow ones do ten in a second.
  const HiddenRun run{whole(86'400ULL * 60), whole(86'400ULL * 60), whole(7)};
  const auto chips = effective_chips(classes, run, {});
  REQUIRE(chips);
  CHECK(*chips == 3);  // 9 a second for 7 days are 63
  CHECK(shortest_days(classes, run, {}, *chips).value() == stats::Rational(60, 9));
  CHECK(shortest_days(classes, run, {}, 4).value() == 6);
  CHECK(shortest_days(classes, run, {.offbook = 1}, 2).value() == 5);  // as fast as the fastest
}
