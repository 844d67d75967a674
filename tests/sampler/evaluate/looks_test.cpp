#include "sampler/evaluate/looks.hpp"

#include "sampler/stats/sequential.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

/// A plan of two sites of 100 and 200 chips, for runs of 20 chips.
Plan two_sites() { return must(make_plan(request_for({plain_frame("alpha", 300, 2)}, 20))); }

VisitedSite visit(const Plan& plan, std::size_t site, std::size_t lines) {
  return {plan.request.sites[site].site, std::vector<LineOutcome>(lines, LineOutcome::consistent)};
}

}  // namespace

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

TEST_CASE(
    "after each site its lines are told, and the evidence grows once no other can hide a run") {
  const Plan plan = two_sites();
  const std::vector<VisitedSite> visits = {visit(plan, 1, 60), visit(plan, 0, 60)};
  const auto list = visit_looks(plan, visits);
  REQUIRE(list.size() == 2);
  CHECK(list[0].site == plan.request.sites[1].site);
  CHECK(list[0].drawn == 0);  // a run of 20 may be at the other site
  CHECK(*list[0].e_value == 1);
  CHECK(list[1].lines == 120);
  CHECK(*list[1].e_value >= 1 / plan.request.target.complement());
  CHECK(list[1].drawn == drawn_so_far(plan, {{100, 60}, {200, 60}}));
  // When the plan's own number of lines is done, the whole sample speaks, which is more.
  const std::uint64_t half = plan.sample_size / 2;
  const auto looked =
      visit_looks(plan, {visit(plan, 0, plan.sample_size - half), visit(plan, 1, half)});
  CHECK(drawn_so_far(plan, {{100, plan.sample_size - half}, {200, half}}) ==
        plan.detection_probability);
  CHECK(looked[1].drawn <= plan.detection_probability);
  CHECK(visit_looks_json(list)[1]["lines"] == 120);
}

TEST_CASE("a site with an open line ends the looks, and a hit takes the evidence") {
  const Plan plan = two_sites();
  std::vector<VisitedSite> visits = {visit(plan, 0, 60), visit(plan, 1, 60)};
  visits[1].lines[7] = LineOutcome::open;
  CHECK(visit_looks(plan, visits).size() == 1);
  visits[1].lines[7] = LineOutcome::hit;
  const auto list = visit_looks(plan, visits);
  CHECK(list[1].hits == 1);
  CHECK_FALSE(list[1].e_value.has_value());
  CHECK(list[1].drawn > 0.9);
}

TEST_CASE("looks after sites reject an honest claim no more often than they say") {
  // A run of k chips, placed to miss: over all numbers of lines at two sites, with the
  // run anywhere, the chance that any look rejects "a run is there" is at most 1 - target.
  const Plan plan = must(make_plan(request_for({plain_frame("alpha", 20, 2)}, 4)));
  const stats::Real limit = 1 / plan.request.target.complement();
  const std::uint64_t first = plan.request.sites[0].chips;
  const std::uint64_t second = plan.request.sites[1].chips;
  for (std::uint64_t at_first = 0; at_first <= 4; ++at_first) {
    for (std::uint64_t lines = 0; lines <= std::min(first, second); ++lines) {
      const std::vector<VisitedSite> visits = {visit(plan, 0, lines), visit(plan, 1, lines)};
      stats::Real rejected = 0;
      std::uint64_t done = 0;
      for (const VisitLook& look : visit_looks(plan, visits)) {
        ++done;
        if (!look.e_value || *look.e_value < limit) continue;
        stats::Real clean = 1 - draw_probability(first, at_first, lines);
        if (done == 2) clean *= 1 - draw_probability(second, 4 - at_first, lines);
        rejected = std::max(rejected, clean);
      }
      INFO(at_first, " ", lines);
      CHECK(rejected <= plan.request.target.complement());
    }
  }
}

TEST_CASE("fixed quotas count in the looks, and draws by chance or with memory do not") {
  PlanRequest request = request_for({plain_frame("alpha", 300, 2)}, 20);
  const Plan sure = must(make_plan(request));
  request.design = Design{};
  request.design->kind = DesignKind::stratified;
  const Plan stratified = must(make_plan(request));
  CHECK(drawn_so_far(stratified, {{100, 60}, {200, 60}}) ==
        drawn_so_far(sure, {{100, 60}, {200, 60}}));

  // Where chance decides how many lines a site has, or chips are left out, nothing is claimed.
  Plan other = stratified;
  other.request.design->kind = DesignKind::weighted;
  CHECK(drawn_so_far(other, {{100, 60}, {200, 60}}) == 0);
  other.request.design->kind = DesignKind::rounds;
  CHECK(drawn_so_far(other, {{100, 60}, {200, 60}}) > 0);
  other.request.design->memory = true;
  CHECK(drawn_so_far(other, {{100, 60}, {200, 60}}) == 0);
}
