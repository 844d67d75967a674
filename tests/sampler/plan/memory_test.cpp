// Rounds with memory: visits in a row that are one sample, and what a Prover who watches makes of
// it.

#include <algorithm>
#include <cmath>

#include "sampler/draw/selection.hpp"
#include "sampler/plan/design_bound.hpp"
#include "sampler/plan/seen_before.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "tests/sampler/plan/draw_fixture.hpp"
#include "tests/support/sweep.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

/// 300 chips; a run of 90 days needs 20 of them, and a visit is every 30 days.
PlanRequest visited_request(bool memory) {
  PlanRequest request = request_for({plain_frame("alpha", 300, 4)}, 20);
  request.run.longest_days = number("90");
  const std::string flop = std::to_string(20ULL * 90 * 86'400);
  request.run.rule_flop = request.run.excess_flop = number(flop);
  request.design =
      Design{.kind = DesignKind::rounds, .period_days = number("30"), .memory = memory};
  return request;
}

}  // namespace

TEST_CASE("visits with memory are sized as one sample against runs of every length") {
  const Plan plan = must(make_plan(visited_request(true)));
  // A run of just under j + 1 periods is seen by j visits: of 60 days by one, of 90 by two.
  const auto reaches = [&](std::uint64_t n) {
    return stats::reaches({300, 30}, n, plan.request.target) &&
           stats::reaches({300, 20}, 2 * n, plan.request.target);
  };
  CHECK(reaches(plan.sample_size));
  CHECK_FALSE(reaches(plan.sample_size - 1));
  CHECK(plan.layout->rotation->visits == 2);
  CHECK(visits_remembered(plan.request, *plan.layout) == 1);
  CHECK(plan.sample_size <= must(make_plan(visited_request(false))).sample_size);
  CHECK(plan_json(plan).at("version") == "muster/plan/v3");
  CHECK(plan_json(must(parse_plan(canonical_json(plan_json(plan))))) == plan_json(plan));
}

TEST_CASE("a plan with memory says in its title what a Prover who watches makes of it") {
  const Plan plan = must(make_plan(visited_request(true)));
  REQUIRE(plan.threshold.lowering.size() == 1);
  CHECK(plan.threshold.lowering[0].find("the last 1 visits drew") != std::string::npos);
  REQUIRE(plan.probability_if_false);
  // One visit draws more chips than the longest run needs: it then hides on them altogether.
  REQUIRE(plan.sample_size >= 20);
  CHECK(*plan.probability_if_false == 0);

  PlanRequest request = visited_request(true);
  request.target = probability("0.2");
  const Plan small = must(make_plan(request));
  const std::uint64_t free = small.sample_size;
  REQUIRE(free < 20);
  const auto met = [&](std::uint64_t effective, unsigned visits) {
    const stats::Real missed = stats::miss({300 - free, effective - free}, small.sample_size);
    return stats::Real(1 - pow(missed, stats::Real(visits)));
  };
  CHECK(abs(*small.probability_if_false - std::min(met(30, 1), met(20, 2))) < stats::Real("1e-30"));
  CHECK_FALSE(must(make_plan(visited_request(false))).probability_if_false);
}

TEST_CASE("visits that would run out of chips not seen are refused before the first of them") {
  PlanRequest request = visited_request(true);
  const std::string flop = std::to_string(2ULL * 90 * 86'400);
  request.run.rule_flop = request.run.excess_flop = number(flop);
  CHECK(make_plan(request).error().rule == "plan.row_exceeds_frame");
  request.design->memory = false;
  CHECK(must(make_plan(request)).sample_size > 150);  // two of them are more than the 300

  // The frame may have shrunk, or the visit before been a larger one.
  request = visited_request(true);
  const std::uint64_t wanted = must(make_plan(request)).sample_size;
  const auto after = [&](std::uint64_t seen) {
    request.seen =
        SeenBefore{must(PlanId::parse("P16")),      hash_of("P16"),         seen, hash_of("chips"),
                   {{request.sites[0].site, seen}}, {{"plain", "1", seen}}, 0,    false};
    return make_plan(request);
  };
  request.sites = {{must(SiteId::parse("s0")), 300}};
  CHECK(must(after(300 - wanted)).sample_size == wanted);
  CHECK(after(301 - wanted).error().rule == "plan.row_exceeds_frame");
}

TEST_CASE("a visit that remembers is sized by the whole frame and draws from the rest") {
  const std::vector<Frame> frames = {plain_frame("alpha", 300, 4)};
  PlanRequest request = visited_request(true);
  const Plan first = must(make_plan(request));
  const Drawing drawn = must(draw_sample(first, frames, ceremony_value_of("dice"), vrf_key()));
  std::vector<std::string> seen;
  for (const SiteOpening& site : drawn.openings) {
    for (const OpenedLine& line : site.lines) seen.push_back(line.line.chip);
  }
  std::sort(seen.begin(), seen.end());
  auto counts = must(seen_counts(frames, seen));
  request.id = must(PlanId::parse("P18"));
  request.seen =
      SeenBefore{first.request.id,        plan_hash(first),          seen.size(), seen_root(seen),
                 std::move(counts.sites), std::move(counts.classes), 0,           false};
  const Plan next = must(make_plan(request));
  CHECK(next.sample_size == first.sample_size);
  CHECK(next.threshold.chips == 300);
  const Drawing again = must(draw_sample(next, frames, ceremony_value_of("dice"), vrf_key(), seen));
  for (const SiteOpening& site : again.openings) {
    for (const OpenedLine& line : site.lines) {
      CHECK_FALSE(std::binary_search(seen.begin(), seen.end(), line.line.chip));
    }
  }
  // Its own visit is of the rest, and bounds nothing about the chips left out.
  const std::uint64_t k = *next.threshold.effective_chips;
  CHECK(audit_power(next).drawn == stats::detection({300 - seen.size(), k}, next.sample_size));
  CHECK_FALSE(violating_at_most(next, next.sample_size, 0));

  request.seen->one_sample = true;
  CHECK_FALSE(make_plan(request));
  request.seen->one_sample = false;
  request.design->memory = false;
  CHECK_FALSE(make_plan(request));
  PlanRequest simple = request_for(frames, 20);
  simple.design = Design{.memory = true};
  CHECK_FALSE(make_plan(simple));
}

TEST_CASE("by real tickets any three visits in a row miss a pair as one sample of their sum does") {
  const std::vector<Frame> frames = {plain_frame("alpha", 12, 3)};
  const std::vector<std::vector<Hash>> leaves = {frame_leaves(frames[0])};
  const auto all = lines_by_site(frames, leaves);
  constexpr std::uint64_t plays = 6'000 / sweep_stride;
  std::vector<std::uint64_t> missed(12 * 12, 0);
  for (std::uint64_t play = 0; play < plays; ++play) {
    // Five visits of two chips each, each leaving out those of the two before it.
    std::vector<std::vector<std::string>> visits;
    for (int visit = 0; visit < 5; ++visit) {
      std::vector<std::string> seen;
      for (int back = 1; back <= 2 && back <= visit; ++back) {
        const auto& before = visits[static_cast<std::size_t>(visit - back)];
        seen.insert(seen.end(), before.begin(), before.end());
      }
      std::sort(seen.begin(), seen.end());
      auto sites = all;
      leave_out(sites, frames, seen);
      std::vector<draw::SiteLeaves> pools;
      for (const SiteLines& site : sites) {
        const std::string name = std::to_string(play) + "/" + std::to_string(visit) + site.site;
        pools.push_back({draw::Seed{hash_of(name)}, site.leaves});
      }
      visits.emplace_back();
      for (const auto& line : must(draw::draw_smallest(pools, 2)).lines) {
        visits.back().push_back(frames[0].lines[sites[line.site].places[line.line].line].chip);
      }
    }
    std::vector<bool> drawn(12, false);
    for (std::size_t visit = 2; visit < 5; ++visit) {
      for (const std::string& chip : visits[visit]) {
        for (std::size_t i = 0; i < 12; ++i) {
          if (frames[0].lines[i].chip == chip) drawn[i] = true;
        }
      }
    }
    for (std::size_t a = 0; a < 12; ++a) {
      for (std::size_t b = 0; b < a; ++b) missed[a * 12 + b] += drawn[a] || drawn[b] ? 0 : 1;
    }
  }
  const double want = stats::miss({12, 2}, 6).convert_to<double>();
  const double sigma = std::sqrt(want * (1 - want) / plays);
  for (std::size_t a = 0; a < 12; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      CHECK(std::abs(static_cast<double>(missed[a * 12 + b]) / plays - want) < 5 * sigma);
    }
  }
}
