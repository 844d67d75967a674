#include "sampler/plan/frame_build.hpp"

#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

const Window window{must(Timestamp::parse_day_or_instant("2026-07-01")),
                    must(Timestamp::parse_day_or_instant("2026-07-17"))};  // 16 days

Result<ChipClass> rated(const std::string& product) {
  if (product == "fast") return chip_class_at("fast", 100, 0);
  if (product == "slow") return chip_class_at("slow", 10, 0);
  return refusal("model.no_rate", product + ": no rate");
}

Result<BuiltFrame> built(const std::vector<HeldChip>& chips) {
  return build_frame(must(PartyId::parse("alpha")), to_bytes(hash_of("key").view()), window, chips,
                     rated);
}

}  // namespace

TEST_CASE("chips fall into classes by product and days held, rounded up") {
  const auto days = [](double count) {
    return static_cast<std::int64_t>(count * static_cast<double>(ms_per_day));
  };
  const BuiltFrame made = must(built({{"C3", "s1", "fast", days(16)},
                                      {"C1", "s1", "fast", days(3.2)},
                                      {"C2", "s2", "fast", days(4)},
                                      {"C4", "s2", "slow", 1}}));
  REQUIRE(made.classes.size() == 3);
  CHECK(made.frame.lines[0].chip == "C1");
  CHECK(made.frame.lines[0].weight == "400");
  CHECK(made.frame.lines[1].weight == "400");
  CHECK(made.frame.lines[2].weight == "1600");
  CHECK(made.frame.lines[3].weight == "10");
  CHECK(made.classes[0].days_held == number("16"));
  CHECK(chip_count(made.classes) == 4);
}

TEST_CASE("pools add equal classes and sites") {
  const BuiltFrame one = must(built({{"C1", "s1", "fast", window.length_ms()}}));
  const BuiltFrame two = must(
      built({{"C2", "s1", "fast", window.length_ms()}, {"C3", "s2", "slow", window.length_ms()}}));
  const auto classes = pooled_classes({one, two});
  REQUIRE(classes.size() == 2);
  CHECK(classes[0].count == 2);
  const auto sites = must(pooled_sites({one, two}));
  REQUIRE(sites.size() == 2);
  CHECK(sites[0].chips == 2);
}

TEST_CASE("a product without a rate and a chip that stands twice are refused") {
  CHECK(built({{"C1", "s1", "unknown", 1}}).error().rule == "model.no_rate");
  CHECK_FALSE(built({{"C1", "s1", "fast", 1}, {"C1", "s2", "fast", 1}}));
}
