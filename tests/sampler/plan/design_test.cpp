// Plans of other designs than the simple one: what they take, what they promise, how they are
// drawn.

#include "sampler/evaluate/evaluation.hpp"
#include "sampler/plan/design_bound.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

SiteId site(const std::string& name) { return must(SiteId::parse(name)); }

/// Plain chips at sites of these sizes, of which a run needs `violating`.
PlanRequest at_sites(const std::vector<std::uint64_t>& sizes, std::uint64_t violating,
                     DesignKind kind) {
  std::uint64_t chips = 0;
  for (const std::uint64_t size : sizes) chips += size;
  PlanRequest request = plain_request(chips, violating);
  request.sites.clear();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    request.sites.push_back({site("s" + std::to_string(i)), sizes[i]});
  }
  request.design = Design{.kind = kind};
  return request;
}

std::string shortened(const stats::Real& value, std::size_t length = 8) {
  return stats::digits(value).substr(0, length);
}

/// 60 slow and 20 fast chips (three times as fast), of which a run weighs 12 slow ones.
PlanRequest two_classes() {
  PlanRequest request = plain_request(80, 12);
  request.classes.clear();
  for (const std::uint64_t rate : {std::uint64_t{1}, std::uint64_t{3}}) {
    auto item = chip_class_at(rate == 1 ? "slow" : "fast", rate, rate == 1 ? 60 : 20);
    item.frame_class = item.model;
    item.frame_weight = std::to_string(rate);
    request.classes.push_back(item);
  }
  request.design = Design{.kind = DesignKind::weighted};
  return request;
}

/// Plans again after the document has gone through its bytes.
Plan read_back(const Plan& plan) {
  const std::string text = canonical_json(plan_json(plan));
  Plan again = must(parse_plan(text));
  CHECK(canonical_json(plan_json(again)) == text);
  return again;
}

}  // namespace

TEST_CASE("a plan without a design is of version 1 and says nothing of designs") {
  const Json json = plan_json(must(make_plan(walk_through())));
  CHECK(json.at("version") == "muster/plan/v1");
  CHECK(json.at("draw") == "muster/draw/v1");
  CHECK_FALSE(json.contains("design"));
  CHECK_FALSE(json.at("request").contains("design"));
}

TEST_CASE("a simple design with costs draws the same sample, by the same rule, in version 2") {
  PlanRequest request = walk_through();
  request.design = Design{};
  request.design->costs.visit = number("100");
  const Plan plan = must(make_plan(request));
  CHECK(plan.sample_size == 125);
  CHECK(plan_json(plan).at("version") == "muster/plan/v2");
  CHECK(plan_json(plan).at("draw") == "muster/draw/v1");
  CHECK(shortened(plan.layout->expected_cost, 3) == "225");
  read_back(plan);
}

TEST_CASE("stratified: three sites take 25 chips, 59 with the smallest left out") {
  PlanRequest request = at_sites({45, 30, 6}, 8, DesignKind::stratified);
  const Plan all = must(make_plan(request));
  CHECK(all.sample_size == 25);
  CHECK(all.layout->no_fewer_than == 25);
  CHECK(all.drawn_probability >= stats::Real(0.95));
  read_back(all);

  request.design->skipped = {site("s2")};
  const Plan skipping = must(make_plan(request));
  CHECK(skipping.sample_size == 59);
  CHECK(skipping.layout->sites[2].high == 0);
  CHECK(skipping.drawn_probability >= stats::Real(0.95));

  request.design->skipped = {site("s0")};
  CHECK(rule_of(request) == "plan.quotas");
}

TEST_CASE("stratified: shares rounded up are safe and larger, fixed quotas are judged") {
  PlanRequest request = at_sites({45, 30, 6}, 8, DesignKind::stratified);
  request.design->quotas = QuotaRule::proportional;
  CHECK(must(make_plan(request)).sample_size == 27);
  request.design->quotas = QuotaRule::fixed;
  request.design->fixed = {{site("s0"), 15}, {site("s1"), 10}, {site("s2"), 2}};
  CHECK(must(make_plan(request)).sample_size == 27);
  request.design->fixed = {{site("s0"), 27}};
  CHECK(rule_of(request) == "plan.quotas");
}

TEST_CASE("weighted: fewer chips than a draw that knows no weights, at the same target") {
  const Plan plan = must(make_plan(two_classes()));
  CHECK(plan.sample_size == 24);
  CHECK(plan.layout->worst_is_exact);
  CHECK(shortened(plan.drawn_probability, 4) == "0.95");
  PlanRequest unweighted = two_classes();
  unweighted.design.reset();
  CHECK(must(make_plan(unweighted)).sample_size == 42);
  read_back(plan);
}

TEST_CASE("weighted: rates above one are refused, since logs tell too little") {
  PlanRequest request = two_classes();
  request.snapshots = SnapshotSchedule{number("0.1"), number("24"), number("40"),
                                       number("30"),  number("7"),  number("3")};
  CHECK(rule_of(request) == "plan.unreachable_target");
}

TEST_CASE("co-located: visits by chance cost what the lower envelope says") {
  PlanRequest request = at_sites({40, 60, 30, 5}, 6, DesignKind::colocated);
  request.target = probability("0.5");
  request.design->costs.visit = number("100");
  request.design->costs.sites = {{site("s2"), number("50"), number("2")}};
  const Plan plan = must(make_plan(request));
  CHECK(shortened(plan.layout->expected_cost, 6) == "161.99");
  CHECK(plan.layout->sites[0].high == 17);
  CHECK(plan.layout->sites[1].high == 23);
  CHECK(plan.layout->sites[2].high == 9);
  CHECK(plan.layout->sites[3].high == 0);
  CHECK(abs(plan.drawn_probability - stats::Real("0.5")) < stats::Real("1e-60"));
  CHECK(plan.threshold.lowering.back() == "all chips of the hidden run stand at one site");
  CHECK(plan_json(plan).at("title_assumptions").size() == 1);
  read_back(plan);
}

TEST_CASE("co-located: a run that no site holds alone is refused, not missed") {
  CHECK(rule_of(at_sites({5, 5, 5}, 6, DesignKind::colocated)) == "plan.alone_cannot_reach");
}

TEST_CASE("rounds: a yearly target over monthly visits takes 63 of a million each") {
  PlanRequest request = plain_request(1'000'000, 4000);
  request.purpose = Purpose::use;
  request.emulated = true;
  request.run.longest_days = number("360");
  // A run of the whole year needs 4,000 chips.
  request.run.excess_flop = request.run.rule_flop = number(std::to_string(4000ULL * 86'400 * 360));
  request.design = Design{.kind = DesignKind::rounds, .period_days = number("30")};
  const Plan plan = must(make_plan(request));
  CHECK(plan.sample_size == 63);
  CHECK(plan.layout->rounds.size() == 12);
  CHECK(plan.layout->rounds.back().visits == 12);
  CHECK(plan.layout->rotation->sample_size == 63);  // 748 over 12 visits
  CHECK(plan.layout->rounds.front().effective_chips == 48'000);
  for (const RoundPower& power : plan.layout->rounds)
    CHECK(*power.probability >= stats::Real(0.95));
  CHECK(plan.drawn_probability >= stats::Real(0.95));
  CHECK(draw_rule(plan) == "muster/draw/v1");
  read_back(plan);
}

TEST_CASE("rounds: without logs a run passes between two visits, and the plan counts on it") {
  PlanRequest request = plain_request(1'000'000, 4000);
  request.run.longest_days = number("60");
  request.run.excess_flop = request.run.rule_flop = number(std::to_string(4000ULL * 86'400 * 60));
  request.design = Design{.kind = DesignKind::rounds, .period_days = number("30")};
  const Plan plan = must(make_plan(request));
  // Of a run just below 60 days one visit alone is sure.
  CHECK(plan.sample_size == 748);
  CHECK(plan.not_covered.back() == "runs of less than 30 days, between two visits");
  request.design->period_days = number("60");
  CHECK(rule_of(request) == "plan.no_sure_visit");
}

TEST_CASE("rounds: what logs hold of a part of a period counts by that part") {
  PlanRequest request = plain_request(100'000, 400);
  request.purpose = Purpose::use;
  request.emulated = true;
  request.run.longest_days = number("45");
  request.run.excess_flop = request.run.rule_flop = number(std::to_string(400ULL * 86'400 * 45));
  request.snapshots = SnapshotSchedule{number("0.1"), number("720"), number("60"),
                                       number("30"),  number("7"),   number("3")};
  request.design = Design{.kind = DesignKind::rounds, .period_days = number("30")};
  const Plan plan = must(make_plan(request));
  REQUIRE(plan.layout->rounds.size() == 2);
  CHECK(plan.layout->rounds[1].visits == 2);
  CHECK(plan.detection_probability >= stats::Real(0.95));
  CHECK(plan.drawn_probability > plan.detection_probability);
}

TEST_CASE("several Provers: hits that accuse keep honest ones safe all together") {
  PlanRequest request = plain_request(1'000'000, 4000);
  request.queries = QueryExpectation{probability("0.0023"), 30, number("7")};
  request.design = Design{.family = FamilyLevel{20, probability("0.05")}};
  const FamilyAnswer family = *must(make_plan(request)).layout->family;
  // Of 748 honest lines 0.0237 keep a hit: two in 1 - exp(-0.0237)(1 + 0.0237) = 2.8e-4.
  CHECK(family.accuse_from == 2);
  CHECK(family.wrong_accusation < family.level_per_prover);
  CHECK(family.wrong_accusation.convert_to<double>() == doctest::Approx(2.76e-4).epsilon(0.03));
  request.queries.reset();
  CHECK(rule_of(request).find("design: family") == 0);
}

TEST_CASE("fields that do not belong to the design are refused by name") {
  PlanRequest request = at_sites({45, 30, 6}, 8, DesignKind::simple);
  request.design->skipped = {site("s2")};
  CHECK(rule_of(request).find("design: quotas and skipped") == 0);
  request = at_sites({45, 30, 6}, 8, DesignKind::stratified);
  request.design->skipped = {site("nowhere")};
  CHECK(rule_of(request).find("design: skipped: site nowhere") == 0);
  request = at_sites({45, 30, 6}, 8, DesignKind::rounds);
  CHECK(rule_of(request).find("design: period_days") == 0);
  request = at_sites({45, 30, 6}, 8, DesignKind::weighted);
  request.design->costs.chip = number("-1");
  CHECK(rule_of(request).find("design: costs") == 0);
}

TEST_CASE("a document whose design does not follow from its request is refused by field") {
  const Json good = plan_json(must(make_plan(at_sites({45, 30, 6}, 8, DesignKind::stratified))));
  const auto problem = [&](const std::string& pointer, const Json& value) {
    Json changed = good;
    changed[Json::json_pointer(pointer)] = value;
    return must_fail(parse_plan(canonical_json(changed)));
  };
  CHECK(problem("/design/sites/0/chips", 14).find("plan.design.sites[0].chips") == 0);
  CHECK(problem("/design/expected_cost", "1").find("plan.design.expected_cost") == 0);
  CHECK(problem("/request/design/kind", "fun").find("request.design.kind") == 0);
  CHECK(problem("/request/design/extra", 1) == "request.design.extra: unknown field");
  CHECK(problem("/version", "muster/plan/v1").find("plan: want a document of version") == 0);
  CHECK(problem("/draw", "muster/draw/v1").find("plan.draw") == 0);
}

TEST_CASE("clean lines of a stratified sample bound the violating chips at the worst placement") {
  const Plan plan = must(make_plan(at_sites({45, 30, 6}, 8, DesignKind::stratified)));
  CHECK(violating_at_most(plan, 25, 0) == 7);
  CHECK_FALSE(violating_at_most(plan, 25, 1));
  const Plan weighted = must(make_plan(two_classes()));
  CHECK_FALSE(violating_at_most(weighted, 20, 0));
}

TEST_CASE("one visit of several claims its own chance, and names that of all") {
  PlanRequest request = plain_request(1000, 40);
  request.purpose = Purpose::use;
  request.emulated = true;
  request.run.longest_days = number("90");
  request.run.excess_flop = request.run.rule_flop = number(std::to_string(40ULL * 86'400 * 90));
  request.design = Design{.kind = DesignKind::rounds, .period_days = number("30")};
  const Plan plan = must(make_plan(request));
  CHECK(audit_power(plan).drawn < stats::Real("0.7"));
  CHECK(plan.drawn_probability >= stats::Real(0.95));
  std::vector<DrawnChip> drawn;
  for (std::uint64_t i = 0; i < plan.sample_size; ++i) drawn.push_back({"s0", std::to_string(i)});
  const Evaluation open = must(tally(plan, drawn, {}));
  CHECK(open.drawn_probability == audit_power(plan).drawn);
  CHECK(sentence(plan, open).find("all visits that such a run is sure to meet") !=
        std::string::npos);
}

TEST_CASE("power grows with the run in every design, and reaches the target at the planned one") {
  for (const DesignKind kind :
       {DesignKind::simple, DesignKind::stratified, DesignKind::weighted, DesignKind::colocated}) {
    PlanRequest request = at_sites({45, 30, 6}, 8, kind);
    // Rates of no common measure: the worst set of a weighted design is a bound.
    const std::uint64_t rates[] = {1'000'003, 3'000'017, 90'000'049};
    request.classes.clear();
    for (const std::uint64_t rate : rates) {
      auto item = chip_class_at("rate " + std::to_string(rate), rate, 27);
      item.frame_class = item.model;
      item.frame_weight = std::to_string(rate);
      request.classes.push_back(item);
    }
    request.run.rule_flop = request.run.excess_flop =
        number(std::to_string(86'400ULL * 20'000'063));
    request.reporting_limit_flop = request.run.rule_flop;
    if (kind == DesignKind::colocated) request.sites.pop_back();
    if (kind == DesignKind::colocated) request.sites.front().chips += 6;
    const Plan plan = must(make_plan(request));
    INFO(design_name(kind));
    CHECK(plan.drawn_probability >= stats::Real("0.95") - stats::Real("1e-30"));
    stats::Real before = 0;
    for (const PowerPoint& point : plan.over_sizes) {
      if (!point.probability) continue;
      CHECK(*point.probability >= before - stats::Real("1e-30"));
      before = *point.probability;
    }
  }
}
