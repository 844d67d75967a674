#include "sampler/plan/plan.hpp"

#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

/// The power against a run of so many tenths of the rule, in percent, rounded.
int percent(const Plan& plan, unsigned tenths) {
  const auto& point = plan.over_sizes.at(tenths - 10);
  return static_cast<int>((*point.probability * 100 + stats::Real(0.5)).convert_to<double>());
}

}  // namespace

TEST_CASE("the standing example: 748 of a million") {
  const Plan plan = must(make_plan(plain_request(1'000'000, 4000)));
  CHECK(plan.sample_size == 748);
  CHECK(plan.other_sizes.with_replacement == 748);
  CHECK(stats::digits(plan.drawn_probability).substr(0, 6) == "0.9501");
}

TEST_CASE("the walk-through: 125 of 120,000, and what they do against smaller runs") {
  const Plan plan = must(make_plan(walk_through()));
  CHECK(plan.threshold.violation_chips == 3250);
  CHECK(plan.threshold.effective_chips == 2850);
  CHECK(plan.sample_size == 125);
  CHECK(percent(plan, 20) == 95);
  CHECK(percent(plan, 15) == 72);
  CHECK(percent(plan, 12) == 23);
  CHECK(percent(plan, 10) == 0);
  CHECK(plan.over_sizes.size() == 21);
}

TEST_CASE("a run that takes longer needs fewer chips, and the plan shows what that loses") {
  const Plan plan = must(make_plan(walk_through()));
  REQUIRE(plan.over_lengths.size() == 3);
  CHECK(plan.over_lengths[0].probability == plan.drawn_probability);
  CHECK(plan.over_lengths[1].effective_chips == 1225);
  CHECK(plan.over_lengths[2].effective_chips == 413);
  CHECK(*plan.over_lengths[2].probability < *plan.over_lengths[1].probability);
}

TEST_CASE("a run longer than the window works on chips beyond it, and needs fewer of them") {
  // Ten chips of one FLOP/s for thirty days, in a window of thirty days.
  PlanRequest request = plain_request(100, 10);
  request.window = {must(Timestamp::parse_day_or_instant("2026-10-01")),
                    must(Timestamp::parse_day_or_instant("2026-10-31"))};
  const std::string flop = std::to_string(10 * 30 * 86'400);
  request.run = {number(flop), number(flop), number("30")};
  request.reporting_limit_flop = number("0");
  request.classes[0].days_held = number("30");
  const Plan plan = must(make_plan(request));
  CHECK(plan.over_lengths[0].effective_chips == 10);
  CHECK(plan.over_lengths[1].effective_chips == 5);
  CHECK(plan.over_lengths[2].effective_chips == 3);
  CHECK(*plan.over_lengths[2].probability < *plan.over_lengths[1].probability);
  // The same where the plan itself is for such a run, which it says.
  request.run.longest_days = number("120");
  const Plan longer = must(make_plan(request));
  CHECK(longer.run_chips() == 3);
  CHECK(std::ranges::any_of(longer.not_covered, [](const std::string& text) {
    return text.find("outside the window") != std::string::npos;
  }));
  // A chip that came for the last ten days may stay for the ninety after the window.
  request.classes[0].days_held = number("10");
  CHECK(must(make_plan(request)).run_chips() == 3);
  request.run.longest_days = number("30");
  CHECK(must(make_plan(request)).run_chips() == 30);
}

TEST_CASE("snapshots that may miss the run raise the sample, and are not recognition") {
  PlanRequest request = plain_request(1'000'000, 4000);
  // d = 1 - exp(-1) = 0.632...
  request.snapshots = SnapshotSchedule{number("1"),  number("24"), number("40"),
                                       number("30"), number("7"),  number("3")};
  const Plan plan = must(make_plan(request));
  CHECK(plan.sample_size == 1183);
  CHECK(plan.detection_probability < plan.drawn_probability);
  const Json json = plan_json(plan);
  CHECK(json.at("detection") == "0.63212055882855767840");
  CHECK(json.at("recognition") == "not known");
}

TEST_CASE("a log that forgets before the campaign ends refuses the plan") {
  PlanRequest request = plain_request(1'000'000, 4000);
  request.snapshots = SnapshotSchedule{number("1"),  number("24"), number("39.9"),
                                       number("30"), number("7"),  number("3")};
  CHECK(rule_of(request) == "plan.retention");
}

TEST_CASE("use of chips that write no log is refused, unless the scenario emulates them") {
  PlanRequest request = walk_through();
  request.purpose = Purpose::use;
  CHECK(rule_of(request) == "plan.no_device_logs");
  CHECK(make_plan(request).error().message.find("H100 SXM5 80GB") != std::string::npos);
  request.emulated = true;
  const Plan plan = must(make_plan(request));
  CHECK(std::count(plan.assumptions.begin(), plan.assumptions.end(),
                   "firmware of these models is Muster's emulator") == 1);
  CHECK(plan.not_covered.back() == "a false story that survives the checks");
}

TEST_CASE("no plan is made without the frozen roots") {
  PlanRequest request = walk_through();
  request.frames[0].heads_root = Hash{};
  CHECK(rule_of(request) == "plan.no_frozen_roots");
  request.frames.clear();
  CHECK(rule_of(request) == "plan.no_frozen_roots");
}

TEST_CASE("unseen chips that suffice for the run leave no guarantee") {
  PlanRequest request = walk_through();
  request.unseen.offbook = 3250;
  CHECK(rule_of(request) == "plan.no_guarantee");
  request.unseen.offbook = 3249;
  CHECK(must(make_plan(request)).threshold.effective_chips == 1);
}

TEST_CASE("a small Prover is not free: it goes into a pooled frame") {
  CHECK(rule_of(walk_through(2849)) == "plan.alone_cannot_reach");
}

TEST_CASE("counts of frames, sites and classes must agree") {
  PlanRequest request = walk_through();
  request.sites[0].chips -= 1;
  CHECK(rule_of(request) == "frames: hold 120000 chips, sites 119999, classes 120000");
}

TEST_CASE("expected queries: 0.23 % of chips dead on a day, 748 lines") {
  const QueryExpectation expectation{probability("0.0023"), 30, number("7")};
  const ExpectedQueries queries = expected_queries(748, expectation);
  CHECK(stats::digits(queries.queries, 5) == "1.7204");
  CHECK(stats::digits(queries.any_query, 3) == "0.821");
  // exp(-30/7) of them stay open: 0.01376; 748 x 0.0023 x 0.01376 = 0.0237.
  CHECK(queries.honest_hit.convert_to<double>() == doctest::Approx(0.0234).epsilon(0.01));
}

TEST_CASE("a plan document reads back as the same plan, and its hash is that of its bytes") {
  PlanRequest request = walk_through();
  request.snapshots = SnapshotSchedule{number("0.1"), number("720"), number("60"),
                                       number("30"),  number("7"),   number("3")};
  request.queries = QueryExpectation{probability("0.0023"), 30};
  request.classes[0].days_held = number("184");
  request.not_covered = {"12 MI308X: no rate"};
  request.ledger_unaccounted = 31;
  const Plan plan = must(make_plan(request));
  const std::string text = canonical_json(plan_json(plan));

  const Plan again = must(parse_plan(text));

  CHECK(canonical_json(plan_json(again)) == text);
  CHECK(plan_hash(again) == crypto::sha256(text));
}

TEST_CASE("a plan document whose results do not follow from its request is refused by field") {
  const Json good = plan_json(must(make_plan(walk_through())));
  const auto problem = [&](const std::string& pointer, const Json& value) {
    Json changed = good;
    changed[Json::json_pointer(pointer)] = value;
    return must_fail(parse_plan(canonical_json(changed)));
  };
  CHECK(problem("/sample_size", 124) ==
        "plan.sample_size: does not follow from the plan's request");
  CHECK(problem("/power_over_sizes/3/power", "1").find("plan.power_over_sizes[3].power") == 0);
  CHECK(problem("/assumptions", Json::array()).find("plan.assumptions") == 0);
  CHECK(problem("/extra", 1).find("plan.extra") == 0);
  CHECK(problem("/request/extra", 1) == "request.extra: unknown field");
  CHECK(problem("/request/target", "1.5").find("request.target") == 0);
  CHECK(problem("/request/purpose", "fun").find("request.purpose") == 0);
  CHECK(problem("/request/vrf_key", "p256-sha256-tai:00").find("request.vrf_key") == 0);
  CHECK(problem("/request/frames/0/frame_count", -1).find("request.frames[0].frame_count") == 0);
  CHECK(problem("/version", "muster/plan/v2").find("plan: want a document of version") == 0);
  CHECK_FALSE(parse_plan(" " + canonical_json(good)));
}

TEST_CASE("a plan that counts on more hours of logs than its run must take says so") {
  PlanRequest request = plain_request(300, 20);
  const auto with = [&](const char* hours) {
    request.snapshots = SnapshotSchedule{number("2"),  number(hours), number("400"),
                                         number("30"), number("7"),   number("1")};
    const Plan plan = must(make_plan(request));
    std::string said;
    for (const std::string& gap : plan.not_covered) said += gap + ";";
    return said;
  };
  // 20 chips take the whole day that the run may last.
  CHECK(with("24").find("finish sooner") == std::string::npos);
  // Nineteen and a half would do: twenty may be over in 23.4 hours.
  request.run.rule_flop = request.run.excess_flop = number(std::to_string(39 * 43'200));
  CHECK(with("23.4").find("finish sooner") == std::string::npos);
  const std::string said = with("24");
  CHECK(said.find("runs that no more chips finish sooner, in 0.975 days at the soonest") !=
        std::string::npos);
  CHECK(said.find("a log of them holds a snapshot with 0.858") != std::string::npos);
}

TEST_CASE("a lower format stands in the title, with the power if it is false") {
  PlanRequest request = walk_through();
  request.classes[0] = must(chip_class(bundled_model("H100 SXM5 80GB"), {"BF16", false}, 120'000));
  const Plan plan = must(make_plan(request));
  CHECK(plan.threshold.lowering.size() == 1);
  REQUIRE(plan.probability_if_false.has_value());
  CHECK(*plan.probability_if_false < stats::Real(0.95));
}
