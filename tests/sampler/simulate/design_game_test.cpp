// Plays of plans with designs: against exact enumeration on small frames, by both engines, and the
// best response that a search finds.

#include <algorithm>
#include <cmath>

#include "sampler/simulate/plan_game.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

/// Plain chips at sites of these sizes, of which a run needs `violating`.
PlanRequest at_sites(const std::vector<std::uint64_t>& sizes, std::uint64_t violating,
                     const Design& design) {
  std::uint64_t chips = 0;
  for (const std::uint64_t size : sizes) chips += size;
  PlanRequest request = plain_request(chips, violating);
  request.sites.clear();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    request.sites.push_back({must(SiteId::parse("s" + std::to_string(i))), sizes[i]});
  }
  request.target = probability("0.9");
  request.design = design;
  return request;
}

PlanRequest pool(const std::vector<std::uint64_t>& sizes, std::uint64_t violating) {
  PlanRequest request = at_sites(sizes, violating,
                                 {.kind = DesignKind::stratified,
                                  .quotas = QuotaRule::proportional,
                                  .strata = Strata::provers});
  const FrozenFrame like = request.frames.front();
  request.frames.clear();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    request.frames.push_back(like);
    request.frames.back().prover = must(PartyId::parse(std::string(1, static_cast<char>('a' + i))));
    request.frames.back().frame_count = sizes[i];
  }
  return request;
}

/// 60 slow and 20 fast chips (three times as fast), of which a run weighs 12 slow ones.
PlanRequest two_classes() {
  PlanRequest request = at_sites({80}, 12, {.kind = DesignKind::weighted});
  request.classes.clear();
  for (const std::uint64_t rate : {std::uint64_t{1}, std::uint64_t{3}}) {
    auto item = chip_class_at(rate == 1 ? "slow" : "fast", rate, rate == 1 ? 60 : 20);
    item.frame_class = item.model;
    item.frame_weight = std::to_string(rate);
    request.classes.push_back(item);
  }
  return request;
}

PlanRequest over_visits() {
  PlanRequest request = plain_request(1'000, 40);
  request.purpose = Purpose::use;
  request.emulated = true;
  request.run.longest_days = number("75");
  request.run.excess_flop = request.run.rule_flop = number(std::to_string(40ULL * 86'400 * 75));
  request.snapshots = SnapshotSchedule{number("0.1"), number("720"), number("90"),
                                       number("30"),  number("7"),   number("3")};
  request.target = probability("0.9");
  request.design = Design{.kind = DesignKind::rounds, .period_days = number("30")};
  return request;
}

std::vector<PlanRequest> all_designs() {
  return {at_sites({45, 30, 6}, 8, {.kind = DesignKind::stratified}), pool({50, 30, 20}, 8),
          at_sites({40, 60, 30, 5}, 6, {.kind = DesignKind::colocated}), two_classes(),
          over_visits()};
}

/// The chance that chips placed so are met at one visit, each drawn one showing the run.
double exact_chance(const DesignGame& game, const std::vector<std::uint64_t>& violating) {
  double missed = 1;
  for (std::size_t i = 0; i < game.groups.size(); ++i) {
    const GameGroup& group = game.groups[i];
    if (game.draw == GameDraw::by_limit) {
      const double rate = std::ldexp(static_cast<double>(group.ticket_limit) + 1, -64);
      missed *= std::pow(1 - rate, static_cast<double>(violating[i]));
      continue;
    }
    const stats::Lot lot{group.chips, violating[i]};
    const double share = std::ldexp(static_cast<double>(group.visit_limit) + 1, -64);
    missed *= share * std::exp(stats::ln_miss(lot, group.high)) +
              (1 - share) * std::exp(stats::ln_miss(lot, group.low));
  }
  return 1 - missed;
}

/// Whether so many plays are within four standard deviations of the chance.
bool near(const Plays& plays, double chance) {
  const auto count = static_cast<double>(plays.count);
  const double rate = static_cast<double>(plays.caught) / count;
  return std::abs(rate - chance) <= 4 * std::sqrt(chance * (1 - chance) / count) + 1e-9;
}

}  // namespace

TEST_CASE("the planned Prover of each design is caught as often as the plan promises, by both") {
  for (const PlanRequest& request : all_designs()) {
    const Plan plan = must(make_plan(request));
    const DesignGame game = design_game(plan);
    INFO(design_name(request.design->kind));
    REQUIRE(is_possible(game, game.planned));
    const double promised = plan.detection_probability.convert_to<double>();
    CHECK(promised >= 0.9 - 1e-9);
    const Plays plays = play_design(game, game.planned, {20'000, 11});
    const Plays tickets = must(play_design_by_tickets(game, game.planned, {600, 12}));
    if (request.design->kind == DesignKind::rounds) {
      // The longest run is not the one that is caught least.
      CHECK(plays.caught >= static_cast<std::uint64_t>(20'000 * (promised - 0.01)));
      CHECK(near(tickets, static_cast<double>(plays.caught) / 20'000));
      continue;
    }
    const double exact = exact_chance(game, game.planned.violating);
    CHECK(std::abs(exact - promised) < 1e-9);
    CHECK(near(plays, exact));
    CHECK(near(tickets, exact));
  }
}

TEST_CASE("no response that the search finds is caught less than promised, all designs") {
  for (const PlanRequest& request : all_designs()) {
    const Plan plan = must(make_plan(request));
    const DesignGame game = design_game(plan);
    INFO(design_name(request.design->kind));
    const DesignPlayed best = best_design_response(game, {400, 21});
    CHECK(is_possible(game, best.strategy));
    const double promised = plan.detection_probability.convert_to<double>();
    const Plays scored = play_design(game, best.strategy, {20'000, 22});
    CHECK(static_cast<double>(scored.caught) / 20'000 > promised - 0.012);
  }
}

TEST_CASE("the search finds the hole of a design that has one") {
  // A site that nobody visits and that holds the run: the plan would be refused, the game is not.
  DesignGame game;
  game.groups = {{"a", 50, 1, 20, 20}, {"b", 50, 1, 20, 20}, {"c", 10, 1, 0, 0}};
  game.needed = 10;
  game.planned = {"planned", {5, 5, 0}, {1.0}};
  const DesignPlayed best = best_design_response(game, {2'000, 5});
  CHECK(best.strategy.violating == std::vector<std::uint64_t>{0, 0, 10});
  CHECK(best.plays.caught == 0);
  // Half of them there, since it holds no more: the search splits the rest.
  game.groups[2].chips = 5;
  const DesignPlayed split = best_design_response(game, {2'000, 6});
  CHECK(split.strategy.violating[2] == 5);
}

TEST_CASE("weights: a response weighs what the run needs, with as few of the watched as can be") {
  const Plan plan = must(make_plan(two_classes()));
  const DesignGame game = design_game(plan);
  const auto weighs = [&](std::uint64_t slow, std::uint64_t fast) {
    return is_possible(game, {"", {slow, fast}, {1.0}});
  };
  CHECK(weighs(12, 0));
  CHECK(weighs(0, 4));
  CHECK(weighs(3, 3));
  CHECK_FALSE(weighs(2, 3));
  CHECK_FALSE(weighs(11, 0));
  CHECK_FALSE(weighs(61, 0));
  // Of all sets that do the run, none is met less than the planned one.
  const double least = exact_chance(game, game.planned.violating);
  for (std::uint64_t slow = 0; slow <= 12; ++slow) {
    for (std::uint64_t fast = 0; fast <= 4; ++fast) {
      if (weighs(slow, fast)) CHECK(exact_chance(game, {slow, fast}) >= least - 1e-12);
    }
  }
}

TEST_CASE("co-located runs stand at one site, and rounds have no other choice than their length") {
  const Plan sites = must(make_plan(at_sites({40, 60, 30, 5}, 6, {.kind = DesignKind::colocated})));
  const DesignGame game = design_game(sites);
  CHECK_FALSE(is_possible(game, {"", {3, 3, 0, 0}, {1.0}}));
  CHECK(is_possible(game, {"", {0, 6, 0, 0}, {1.0}}));
  const Plan rounds = must(make_plan(over_visits()));
  const DesignGame visits = design_game(rounds);
  CHECK_FALSE(visits.searchable);
  REQUIRE(visits.others.size() == 3);  // 30, 60 and 75 days
  CHECK(visits.others.back().recognised.size() == 3);
  CHECK(visits.others.back().recognised.back() < visits.others.back().recognised.front());
}
