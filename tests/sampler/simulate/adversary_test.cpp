#include "sampler/simulate/adversary.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sampler/stats/hypergeometric.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

// Every seed below was chosen before its first run and is never changed for a result.

namespace {

const Game two_sites{{300, 100}, 40, 20, 0};

std::uint64_t placed(const Strategy& strategy) {
  std::uint64_t sum = 0;
  for (const std::uint64_t chips : strategy.violating) sum += chips;
  return sum;
}

}  // namespace

TEST_CASE("every candidate is a placement that does the run") {
  for (const Strategy& strategy : candidate_strategies(two_sites)) {
    INFO(strategy.name);
    CHECK(placed(strategy) == strategy.chips);
    CHECK(strategy.chips >= two_sites.violating);
    CHECK(strategy.violating[0] <= 300);
    CHECK(strategy.violating[1] <= 100);
  }
  CHECK(planned_adversary(two_sites).violating == std::vector<std::uint64_t>{20, 0});
  CHECK(candidate_strategies({{20}, 5, 20, 0}).size() == 1);
}

TEST_CASE("tickets of several sites catch a run wherever it is placed, as the plan promises") {
  const double promise = stats::detection({400, 20}, 40).convert_to<double>();
  std::uint64_t seed = 20'261'129;
  for (const Strategy& strategy : candidate_strategies(two_sites)) {
    if (strategy.chips != 20) continue;
    const Played played = must(play_strategy_by_tickets(two_sites, strategy, {4'000, ++seed}));
    const RateInterval range = rate_interval(played.plays, 0.0001);
    INFO(strategy.name);
    CHECK(range.lower < promise);
    CHECK(promise < range.upper);
  }
}

TEST_CASE("spreading a run over more chips makes it easier to catch, and the search finds so") {
  const Game game{{2'000}, 60, 100, 2.0};
  CHECK(recognised(game, 100) == doctest::Approx(1 - std::exp(-2.0)));
  CHECK(recognised(game, 200) == doctest::Approx(1 - std::exp(-1.0)));
  CHECK(recognised(two_sites, 400) == 1);
  const Played few = play_strategy(game, planned_adversary(game), {20'000, 7});
  const Played many = play_strategy(game, {"spread", 800, {800}}, {20'000, 8});
  CHECK(few.plays.caught < many.plays.caught);
  CHECK(best_response(game, {20'000, 9}).strategy.chips == 100);
}

TEST_CASE("both engines agree where logs may show nothing") {
  const Game game{{200, 100}, 60, 15, 1.0};
  const Strategy plan = planned_adversary(game);
  const RateInterval tickets =
      rate_interval(must(play_strategy_by_tickets(game, plan, {4'000, 11})).plays, 0.0001);
  const RateInterval positions =
      rate_interval(play_strategy(game, plan, {4'000, 12}).plays, 0.0001);
  CHECK(tickets.lower < positions.upper);
  CHECK(positions.lower < tickets.upper);
}
