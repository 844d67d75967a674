#include "sampler/evaluate/beside.hpp"

#include "sampler/evaluate/accusation.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

/// An evaluation of `plan` with every line closed, so many of them as hits.
Evaluation closed(const Plan& plan, std::uint64_t hits) {
  std::vector<DrawnChip> drawn;
  std::vector<LineResult> results;
  for (std::uint64_t i = 0; i < plan.sample_size; ++i) {
    drawn.push_back({"ams1", "C" + std::to_string(i)});
    LineResult result{"ams1", drawn.back().chip,    LineVerdict::consistent,
                      {},     Presence::uplink_cut, true};
    if (i < hits) result.verdict = LineVerdict::contradicted;
    results.push_back(result);
  }
  return must(evaluation(plan, drawn, results));
}

}  // namespace

TEST_CASE("a named prior gives the bound that the reference computes") {
  const Plan plan = million();
  const BoundsBeside bounds = bounds_beside(plan, closed(plan, 0), must(parse_prior("uniform")));
  CHECK(bounds.violating_at_most == 3'995);
  CHECK(bounds.credible->upper == 3'990);  // uniform prior, 748 clean of a million
  CHECK_FALSE(bounds.escalated_lines.has_value());
  CHECK(bounds_json(bounds)["prior"].get<std::string>().find("uniform") == 0);
}

TEST_CASE("a prior that nobody could name is refused") {
  for (const std::string text : {"", "flat", "0,1", "-1,2", "1,", "1,99999999999999"}) {
    INFO(text);
    CHECK_FALSE(parse_prior(text).has_value());
  }
  CHECK(must(parse_prior("1,20000")).name == "beta-binomial(1, 20000)");
}

TEST_CASE("a hit that is resolved as one tells how many lines would reach the target again") {
  const Plan plan = million();
  const BoundsBeside one = bounds_beside(plan, closed(plan, 1), {});
  const BoundsBeside two = bounds_beside(plan, closed(plan, 2), {});
  CHECK(*one.escalated_lines > plan.sample_size);
  CHECK(*two.escalated_lines > *one.escalated_lines);
  CHECK(*one.escalated_lines == 1'184);  // fewest n with P(X <= 1 | 4000) <= 0.05
  Evaluation open = closed(plan, 1);
  open.open = 1;
  CHECK_FALSE(bounds_beside(plan, open, {}).escalated_lines.has_value());
}

TEST_CASE("several Provers: hits that chance explains accuse nobody, and many accuse one") {
  PlanRequest request = plain_request(1'000'000, 4'000);
  request.queries = QueryExpectation{probability("0.002"), 7};
  const Plan plan = must(make_plan(request));
  std::vector<AccusedAudit> family;
  for (const std::uint64_t hits : {0U, 1U, 9U}) {
    family.push_back(must(accused_audit(plan, closed(plan, hits))));
  }
  const auto list = accusations(family, stats::Real("0.01"));
  CHECK_FALSE(list[0].stands);
  CHECK_FALSE(list[1].stands);
  CHECK(list[2].stands);
  CHECK(list[2].adjusted == list[2].by_chance * 3);
  CHECK(accused_audit(million(), closed(million(), 1)).error().rule == "accuse.no_rate");
  Evaluation open = closed(plan, 1);
  open.open = 2;
  CHECK(accused_audit(plan, open).error().rule == "accuse.open");
}
