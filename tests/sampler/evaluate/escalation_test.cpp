// What a stratified plan asks after resolved hits, by exact enumeration of where a run may be.

#include "sampler/evaluate/escalation.hpp"

#include <algorithm>

#include "sampler/stats/hypergeometric.hpp"
#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

Plan stratified(const std::vector<std::uint64_t>& sizes, std::uint64_t violating,
                QuotaRule quotas) {
  std::uint64_t chips = 0;
  for (const std::uint64_t size : sizes) chips += size;
  PlanRequest request = plain_request(chips, violating);
  request.sites.clear();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    request.sites.push_back({must(SiteId::parse("s" + std::to_string(i))), sizes[i]});
  }
  request.target = probability("0.9");
  request.design = Design{.kind = DesignKind::stratified, .quotas = quotas};
  return must(make_plan(request));
}

Evaluation with_hits(const Plan& plan, std::uint64_t hits, std::uint64_t open = 0) {
  Evaluation result{};
  result.lines = plan.sample_size;
  result.hits = hits;
  result.open = open;
  return result;
}

/// The largest chance that fresh samples miss `others` chips, over every placement at three sites.
stats::Rational worst_missed(const Plan& plan, const Escalation& more, std::uint64_t others) {
  const auto& sites = plan.request.sites;
  stats::Rational worst = 0;
  for (std::uint64_t a = 0; a <= std::min(others, sites[0].chips); ++a) {
    for (std::uint64_t b = 0; a + b <= others && b <= sites[1].chips; ++b) {
      const std::uint64_t c = others - a - b;
      if (c > sites[2].chips) continue;
      const stats::Rational missed = stats::miss_exact({sites[0].chips, a}, more.strata[0].lines) *
                                     stats::miss_exact({sites[1].chips, b}, more.strata[1].lines) *
                                     stats::miss_exact({sites[2].chips, c}, more.strata[2].lines);
      worst = std::max(worst, missed);
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("after hits a fresh stratified draw meets the other chips of a run, wherever they are") {
  for (const QuotaRule quotas : {QuotaRule::optimal, QuotaRule::proportional}) {
    const Plan plan = stratified({25, 18, 7}, 8, quotas);
    std::uint64_t before = plan.sample_size;
    for (std::uint64_t hits = 1; hits < 8; ++hits) {
      const auto more = escalation(plan, with_hits(plan, hits));
      REQUIRE(more);
      REQUIRE(more->strata.size() == 3);
      CHECK(worst_missed(plan, *more, 8 - hits) <= stats::Rational(1, 10));
      CHECK(more->lines >= before);  // fewer chips are harder to meet
      before = more->lines;
    }
    CHECK_FALSE(escalation(plan, with_hits(plan, 8)));  // the hits are a run by themselves
    CHECK_FALSE(escalation(plan, with_hits(plan, 0)));
    CHECK_FALSE(escalation(plan, with_hits(plan, 2, 1)));  // open lines are never made up for
  }
}

TEST_CASE("designs without an escalation or a prior say why") {
  const Plan sites = stratified({25, 18, 7}, 8, QuotaRule::optimal);
  CHECK(no_escalation_because(sites).empty());
  CHECK(no_prior_because(sites).find("each stratum") != std::string::npos);
  PlanRequest request = plain_request(100, 8);
  CHECK(no_escalation_because(must(make_plan(request))).empty());
  CHECK(no_prior_because(must(make_plan(request))).empty());
  request.design = Design{.kind = DesignKind::weighted};
  CHECK(no_escalation_because(must(make_plan(request))).find("capacity") != std::string::npos);
  CHECK(no_prior_because(must(make_plan(request))).find("by what they can do") !=
        std::string::npos);
  request.design = Design{};  // priced, and simple
  CHECK(no_prior_because(must(make_plan(request))).empty());
}
