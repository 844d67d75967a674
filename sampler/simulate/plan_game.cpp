#include "sampler/simulate/plan_game.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "ledger/base/check.hpp"
#include "sampler/plan/layout_kinds.hpp"
#include "sampler/stats/weighted.hpp"

namespace muster::sampler {
namespace {

using stats::Rational;

double as_chance(const Probability& value) {
  return stats::Real(1 - value.complement()).convert_to<double>();
}

Rational count_of(std::uint64_t chips) { return Rational(stats::BigInt(chips)); }

double snapshots_of(const PlanRequest& request) {
  if (!request.snapshots) return 0;
  const Rational mean =
      request.snapshots->per_day.value() * request.snapshots->covered_hours.value() / 24;
  return stats::to_real(mean).convert_to<double>();
}

DesignGame site_game(const Plan& plan) {
  DesignGame game;
  game.one_group = plan.request.design->kind == DesignKind::colocated;
  for (std::size_t i = 0; i < plan.layout->sites.size(); ++i) {
    const SiteDraw& draw = plan.layout->sites[i];
    game.groups.push_back({draw.site.text(), plan.request.sites[i].chips, Rational(1), draw.low,
                           draw.high, draw.visit_limit});
  }
  return game;
}

DesignGame prover_game(const Plan& plan) {
  DesignGame game;
  game.draw = GameDraw::by_prover;
  for (const ProverDraw& draw : plan.layout->provers) {
    game.groups.push_back(
        {draw.prover.text(), draw.chips, Rational(1), draw.inspected, draw.inspected});
  }
  return game;
}

DesignGame class_game(const Plan& plan) {
  DesignGame game;
  game.draw = GameDraw::by_limit;
  for (std::size_t i = 0; i < plan.layout->classes.size(); ++i) {
    const ClassDraw& draw = plan.layout->classes[i];
    GameGroup group{draw.frame_class + " " + draw.frame_weight, draw.chips};
    group.weight = chip_flop(plan.request.classes[i], plan.request.run);
    group.ticket_limit = draw.ticket_limit;
    game.groups.push_back(std::move(group));
  }
  game.needed = framed_flop(plan.request, plan.request.run);
  return game;
}

/// A run of each length, over the visits that surely meet it.
void add_lengths(const Plan& plan, DesignGame& game) {
  game.groups.push_back(
      {"the frame", plan.threshold.chips, Rational(1), plan.sample_size, plan.sample_size});
  for (const RunMeeting& meeting : run_meetings(plan.request, plan.request.run)) {
    if (!meeting.chips) continue;
    std::vector<double> recognised(meeting.visits, as_chance(meeting.whole));
    if (meeting.part) recognised.push_back(as_chance(*meeting.part));
    game.others.push_back({"a run of " + meeting.days.text() + " days on " +
                               std::to_string(*meeting.chips) + " chips",
                           {*meeting.chips},
                           std::move(recognised)});
  }
}

DesignGame rounds_game(const Plan& plan) {
  DesignGame game;
  game.searchable = false;
  add_lengths(plan, game);
  MUSTER_CHECK(!game.others.empty());  // a plan was made for one of them
  // The plan is made for the longest; whoever finds a better length is in the search.
  game.planned = game.others.back();
  game.planned.name = "planned: " + game.planned.name;
  return game;
}

/// The whole run at the site where it is met least.
std::vector<std::uint64_t> weakest_site(const Plan& plan, const DesignGame& game,
                                        std::uint64_t effective) {
  std::vector<std::uint64_t> violating(game.groups.size(), 0);
  std::optional<std::size_t> weakest;
  stats::Real least = 2;
  for (std::size_t i = 0; i < game.groups.size(); ++i) {
    if (game.groups[i].chips < effective) continue;
    PlanRequest only = plan.request;
    only.sites = {plan.request.sites[i]};
    Layout here;
    here.sites = {plan.layout->sites[i]};
    const stats::Real power = colocated_power(here, only, effective, plan.detection);
    if (weakest && power >= least) continue;
    weakest = i;
    least = power;
  }
  if (weakest) violating[*weakest] = effective;
  return violating;
}

std::vector<std::uint64_t> worst_classes(const Plan& plan, const DesignGame& game) {
  std::vector<std::uint64_t> violating(game.groups.size(), 0);
  std::vector<stats::ThresholdClass> classes;
  std::vector<std::size_t> places;
  const stats::Real d = 1 - plan.detection.complement();
  for (std::size_t i = 0; i < game.groups.size(); ++i) {
    const GameGroup& group = game.groups[i];
    if (group.weight <= 0) continue;
    const stats::Real met = d * ldexp(stats::Real(group.ticket_limit) + 1, -64);
    const stats::Real loss = met >= 1 ? std::numeric_limits<stats::Real>::infinity()
                                      : stats::Real(-stats::ln_1_plus(-met));
    classes.push_back({group.chips, group.weight, loss});
    places.push_back(i);
  }
  const auto worst = stats::worst_set(classes, game.needed);
  if (!worst || !worst->exact) return {};
  for (std::size_t i = 0; i < places.size(); ++i) violating[places[i]] = worst->chips[i];
  return violating;
}

/// Where no exact worst set is known, a set that does the run stands for it.
std::vector<std::uint64_t> fastest_chips(const DesignGame& game) {
  std::vector<std::uint64_t> violating(game.groups.size(), 0);
  std::vector<std::size_t> order(game.groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return game.groups[a].weight > game.groups[b].weight;
  });
  Rational missing = game.needed;
  for (const std::size_t at : order) {
    const GameGroup& group = game.groups[at];
    if (missing <= 0 || group.weight <= 0) break;
    const auto more = stats::to_count(stats::ceil_integer(missing / group.weight));
    violating[at] = std::min(group.chips, more.value_or(group.chips));
    missing -= group.weight * stats::BigInt(violating[at]);
  }
  return violating;
}

std::vector<std::uint64_t> planned_chips(const Plan& plan, const DesignGame& game,
                                         std::uint64_t effective) {
  if (game.draw == GameDraw::by_limit) return worst_classes(plan, game);
  if (game.one_group) return weakest_site(plan, game, effective);
  return stats::worst_spread(strata_of(*plan.layout, plan.request), effective, plan.detection)
      .value_or(std::vector<std::uint64_t>());
}

}  // namespace

DesignGame design_game(const Plan& plan) {
  const std::uint64_t effective = plan.run_chips();
  if (plan.request.design->kind == DesignKind::rounds) return rounds_game(plan);
  const std::string_view rule = draw_rule(plan);
  DesignGame game = rule == class_draw_version    ? class_game(plan)
                    : rule == prover_draw_version ? prover_game(plan)
                                                  : site_game(plan);
  if (rule != class_draw_version) game.needed = count_of(effective);
  game.snapshots = snapshots_of(plan.request);
  game.planned = {"planned: worst placement of a run",
                  planned_chips(plan, game, effective),
                  {as_chance(plan.detection)}};
  if (game.planned.violating.empty()) {
    game.planned.name = "planned: the fastest chips";
    game.planned.violating = fastest_chips(game);
  }
  return game;
}

}  // namespace muster::sampler
