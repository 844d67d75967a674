#include "sampler/evaluate/beside.hpp"

#include "sampler/evaluate/accusation.hpp"
#include "sampler/stats/sequential.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

Plan million() { return must(make_plan(plain_request(1'000'000, 4'000))); }

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

TEST_CASE("after the last clean line the evidence is 1 over the chance to miss") {
  const Plan plan = million();
  REQUIRE(no_looks_because(plan).empty());
  const std::vector<LineOutcome> clean(plan.sample_size, LineOutcome::consistent);
  const auto list = looks(plan, clean, 100);
  CHECK(list.size() == 8);
  CHECK(list.back().lines == 748);
  CHECK(*list.back().e_value >= 20);
  // The sequence may be looked at after every line, and pays for it with a wider bound.
  CHECK(list.back().violating_at_most > 3'995);
  CHECK(list.back().violating_at_most < 4'200);
  for (std::size_t i = 1; i < list.size(); ++i) {
    CHECK(list[i].violating_at_most < list[i - 1].violating_at_most);
    CHECK(*list[i].e_value > *list[i - 1].e_value);
  }
}

TEST_CASE("an open line ends the looks, and a hit costs evidence") {
  const Plan plan = million();
  std::vector<LineOutcome> lines(300, LineOutcome::consistent);
  lines[200] = LineOutcome::open;
  CHECK(looks(plan, lines, 1'000).back().lines == 200);
  lines[200] = LineOutcome::consistent;
  lines[10] = LineOutcome::hit;
  const auto list = looks(plan, lines, 1'000);
  CHECK(list.back().lines == 300);
  CHECK_FALSE(list.back().e_value.has_value());
  lines[10] = LineOutcome::consistent;
  CHECK(looks(plan, lines, 1'000).back().violating_at_most < list.back().violating_at_most);
}

TEST_CASE("the bound of every look is the last number that the sequence does not reject") {
  const Plan plan = must(make_plan(plain_request(300, 20)));
  std::vector<LineOutcome> lines(plan.sample_size, LineOutcome::consistent);
  lines[3] = LineOutcome::hit;
  for (const Look& look : looks(plan, lines, 7)) {
    std::uint64_t last = 0;
    for (std::uint64_t k = look.hits; k <= 300 - look.lines + look.hits; ++k) {
      const auto ratio = stats::prior_posterior_ratio({300, look.lines, look.hits}, k,
                                                      committed_prior(plan).prior);
      if (ratio && *ratio < 1 / plan.request.target.complement()) last = k;
    }
    INFO(look.lines);
    CHECK(look.violating_at_most == last);
  }
}

TEST_CASE("plans of several sites and of snapshots have no looks line by line") {
  const Plan sites = must(make_plan(request_for({plain_frame("alpha", 300, 3)}, 20)));
  CHECK(no_looks_because(sites).find("several sites") == 0);
  CHECK(looks_json(sites, {})["allowed"] == false);
}

TEST_CASE("what the lines done would have drawn holds for the worst placement") {
  const Plan plan = must(make_plan(request_for({plain_frame("alpha", 300, 2)}, 20)));
  std::vector<SiteProgress> sites;
  for (const auto& site : plan.request.sites) sites.push_back({site.chips, 0});
  CHECK(drawn_so_far(plan, sites) == 0);
  sites[0].done = 10;
  CHECK(drawn_so_far(plan, sites) == 0);  // the run could be at the other site
  sites[1].done = 10;
  CHECK(drawn_so_far(plan, sites) > 0);
  sites[0].done = sites[0].chips;
  sites[1].done = sites[1].chips;
  CHECK(drawn_so_far(plan, sites) == 1);
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
