#include <doctest/doctest.h>

#include "sampler/simulate/engines.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

// Every seed below was chosen before its first run and is never changed for a result.

namespace {

double promised(const SimulatedWorld& world) {
  return stats::detection({world.chips, world.violating}, world.inspected).convert_to<double>();
}

}  // namespace

TEST_CASE("Clopper-Pearson bounds, against published values") {
  // 95 % two-sided is 0.025 a side. 4 of 20: 0.0573, 0.4366; 0 of 10: 0, 0.3085.
  const RateInterval four = rate_interval({20, 4}, 0.025);
  CHECK(four.lower == doctest::Approx(0.0573).epsilon(0.001));
  CHECK(four.upper == doctest::Approx(0.4366).epsilon(0.001));
  const RateInterval none = rate_interval({10, 0}, 0.025);
  CHECK(none.lower == 0);
  CHECK(none.upper == doctest::Approx(0.3085).epsilon(0.001));
  // All of n: the lower bound is level^(1/n).
  CHECK(rate_interval({50, 50}, 0.01).lower == doctest::Approx(std::pow(0.01, 1 / 50.0)));
  CHECK(rate_interval({50, 50}, 0.01).upper == 1);
}

TEST_CASE("more plays narrow the interval around the rate") {
  const RateInterval few = rate_interval({1'000, 950}, 0.01);
  const RateInterval many = rate_interval({100'000, 95'000}, 0.01);
  CHECK(few.lower < many.lower);
  CHECK(many.lower < 0.95);
  CHECK(0.95 < many.upper);
  CHECK(many.upper < few.upper);
}

TEST_CASE("the plays that a promise needs, as the acceptance rule counts them") {
  CHECK(plays_needed({0.95, 0.005, 0.01}) == doctest::Approx(56'000).epsilon(0.01));
  CHECK(plays_needed({0.95, 0.005, 0.01 / 31}) == doctest::Approx(80'000).epsilon(0.06));
}

TEST_CASE("a rate that lies below the promise by more than the margin does not keep it") {
  CHECK(keeps({0.95, 0.005, 0.01}, {60'000, 57'000}));
  CHECK_FALSE(keeps({0.95, 0.005, 0.01}, {60'000, 56'600}));
}

TEST_CASE("the same seed gives the same plays") {
  const SimulatedWorld world{10'000, 100, 294};
  CHECK(play_positions(world, {1'000, 5}).caught == play_positions(world, {1'000, 5}).caught);
  CHECK(must(play_tickets({500, 25, 56}, {200, 5})).caught ==
        must(play_tickets({500, 25, 56}, {200, 5})).caught);
}

TEST_CASE("positions: 100,000 plays of the standing example keep its promise, and not too well") {
  const SimulatedWorld world{1'000'000, 4'000, 748};
  const Plays plays = play_positions(world, {100'000, 20'261'123});
  CHECK(keeps({promised(world), 0.005, 0.01}, plays));
  CHECK(rate_interval(plays, 0.0001).lower < promised(world));
  CHECK(rate_interval(plays, 0.0001).upper > promised(world));
}

TEST_CASE("positions with d = 1/2 keep the thinned promise") {
  // 1,496 chips draw and recognise with 0.95 where 748 would draw.
  const SimulatedWorld world{1'000'000, 4'000, 1'496, 0.5};
  CHECK(keeps({0.95, 0.005, 0.01}, play_positions(world, {60'000, 20'261'124})));
}

TEST_CASE("tickets agree with positions") {
  const SimulatedWorld world{1'000, 50, 57};
  const Plays tickets = must(play_tickets(world, {5'000, 20'261'125}));
  const RateInterval range = rate_interval(tickets, 0.0001);
  CHECK(range.lower < promised(world));
  CHECK(promised(world) < range.upper);
}

TEST_CASE("no violating chip is never caught, and a census always catches") {
  CHECK(play_positions({100, 0, 50}, {100, 1}).caught == 0);
  CHECK(play_positions({100, 1, 100}, {100, 1}).caught == 100);
  CHECK(must(play_tickets({100, 0, 50}, {20, 1})).caught == 0);
  CHECK(must(play_tickets({100, 1, 100}, {20, 1})).caught == 20);
}

TEST_CASE("a player is caught less often than another only beyond what chance explains") {
  constexpr double level = 0.01;
  const Plays half{1000, 500};

  CHECK(caught_against({1000, 400}, half, level) == CaughtAgainst::less);
  CHECK(caught_against({1000, 490}, half, level) == CaughtAgainst::alike);
  CHECK(caught_against(half, half, level) == CaughtAgainst::alike);
  CHECK(caught_against({1000, 600}, half, level) == CaughtAgainst::more);
  // The same rates from ten plays each.
  CHECK(caught_against({10, 4}, {10, 5}, level) == CaughtAgainst::alike);
}
