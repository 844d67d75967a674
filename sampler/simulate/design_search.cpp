#include <algorithm>
#include <cmath>
#include <numeric>

#include "ledger/base/check.hpp"
#include "sampler/simulate/design_game.hpp"

namespace muster::sampler {
namespace {

/// Groups that the search moves chips between; of more, those at the ends of its orders.
constexpr std::size_t most_moved = 12;
constexpr int most_search_rounds = 8;
/// How many times the chips of a run it is spread over, at most.
constexpr std::uint64_t most_spread = 16;

using GroupOrder = std::vector<std::size_t>;

double caught_rate(const Plays& plays) {
  return static_cast<double>(plays.caught) / static_cast<double>(plays.count);
}

double inspected_share(const DesignGame& game, const GameGroup& group) {
  if (game.draw == GameDraw::by_limit) {
    const double rate = std::ldexp(static_cast<double>(group.ticket_limit) + 1, -64);
    return rate / group.weight.convert_to<double>();
  }
  const double share = std::ldexp(static_cast<double>(group.visit_limit) + 1, -64);
  const double lines =
      share * static_cast<double>(group.high) + (1 - share) * static_cast<double>(group.low);
  return group.chips == 0 ? 1 : lines / static_cast<double>(group.chips);
}

stats::Rational weight_of(const DesignGame& game, const std::vector<std::uint64_t>& violating) {
  stats::Rational sum = 0;
  for (std::size_t i = 0; i < violating.size(); ++i) {
    sum += game.groups[i].weight * stats::BigInt(violating[i]);
  }
  return sum;
}

stats::Rational needed_by(const DesignGame& game, std::uint64_t spread) {
  return game.needed * stats::BigInt(spread);
}

/// The fewest chips of weight `each` that weigh `missing` or more.
std::uint64_t chips_for(const stats::Rational& missing, const stats::Rational& each) {
  if (missing <= 0) return 0;
  const stats::BigInt count = stats::ceil_integer(missing / each);
  return stats::to_count(count).value_or(~std::uint64_t{0});
}

/// Adds chips of the groups in `order` until the run can be done; false where they do not suffice.
bool fill_up(const DesignGame& game, const GroupOrder& order, DesignStrategy& strategy) {
  stats::Rational missing = needed_by(game, strategy.spread) - weight_of(game, strategy.violating);
  for (const std::size_t at : order) {
    const GameGroup& group = game.groups[at];
    if (missing <= 0) break;
    if (group.weight <= 0) continue;
    const std::uint64_t room = group.chips - strategy.violating[at];
    const std::uint64_t more = std::min(room, chips_for(missing, group.weight));
    strategy.violating[at] += more;
    missing -= group.weight * stats::BigInt(more);
  }
  return missing <= 0;
}

std::string spread_words(std::uint64_t spread) {
  return spread == 1 ? "" : ", over " + std::to_string(spread) + " times the chips";
}

std::vector<double> recognised_when(const DesignGame& game, std::uint64_t spread) {
  if (game.snapshots <= 0) return {1.0};
  return {-std::expm1(-game.snapshots / static_cast<double>(spread))};
}

template <class Less>
GroupOrder ordered(const DesignGame& game, Less less) {
  GroupOrder order(game.groups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return less(game.groups[a], game.groups[b]);
  });
  return order;
}

struct NamedOrder {
  std::string name;
  GroupOrder order;
};

std::vector<NamedOrder> orders_of(const DesignGame& game) {
  const auto size = [](const GameGroup& a, const GameGroup& b) { return a.chips < b.chips; };
  const auto share = [&](const GameGroup& a, const GameGroup& b) {
    return inspected_share(game, a) < inspected_share(game, b);
  };
  const auto weight = [](const GameGroup& a, const GameGroup& b) { return a.weight > b.weight; };
  std::vector<NamedOrder> orders{{"least inspected first", ordered(game, share)},
                                 {"smallest first", ordered(game, size)},
                                 {"heaviest first", ordered(game, weight)}};
  NamedOrder largest{"largest first", orders[1].order};
  std::reverse(largest.order.begin(), largest.order.end());
  orders.push_back(std::move(largest));
  return orders;
}

/// So many chips of each group as fit its share of all, topped up in the order of the first group.
DesignStrategy proportional(const DesignGame& game, const GroupOrder& order, std::uint64_t spread) {
  DesignStrategy strategy{"in proportion" + spread_words(spread),
                          std::vector<std::uint64_t>(game.groups.size(), 0),
                          recognised_when(game, spread), spread};
  stats::Rational all = 0;
  for (const GameGroup& group : game.groups) all += group.weight * stats::BigInt(group.chips);
  for (std::size_t i = 0; i < game.groups.size() && all > 0; ++i) {
    const stats::Rational part =
        needed_by(game, spread) * stats::BigInt(game.groups[i].chips) / all;
    strategy.violating[i] =
        std::min(game.groups[i].chips, stats::to_count(stats::floor_integer(part)).value_or(0));
  }
  fill_up(game, order, strategy);
  return strategy;
}

std::vector<DesignStrategy> one_group_candidates(const DesignGame& game) {
  std::vector<DesignStrategy> list;
  for (std::size_t i = 0; i < game.groups.size(); ++i) {
    for (std::uint64_t spread = 1; spread <= most_spread; spread *= 2) {
      DesignStrategy strategy{"all at " + game.groups[i].name + spread_words(spread),
                              std::vector<std::uint64_t>(game.groups.size(), 0),
                              recognised_when(game, spread), spread};
      if (!fill_up(game, {i}, strategy)) break;
      list.push_back(std::move(strategy));
      if (game.snapshots <= 0) break;  // more chips that all show it are only met sooner
    }
  }
  return list;
}

std::vector<DesignStrategy> candidates_of(const DesignGame& game) {
  std::vector<DesignStrategy> list{game.planned};
  list.insert(list.end(), game.others.begin(), game.others.end());
  if (!game.searchable) return list;
  if (game.one_group) {
    const auto more = one_group_candidates(game);
    list.insert(list.end(), more.begin(), more.end());
    return list;
  }
  const auto orders = orders_of(game);
  for (std::uint64_t spread = 1; spread <= most_spread; spread *= 2) {
    for (const NamedOrder& order : orders) {
      DesignStrategy strategy{order.name + spread_words(spread),
                              std::vector<std::uint64_t>(game.groups.size(), 0),
                              recognised_when(game, spread), spread};
      if (fill_up(game, order.order, strategy)) list.push_back(std::move(strategy));
    }
    DesignStrategy even = proportional(game, orders.front().order, spread);
    if (is_possible(game, even)) list.push_back(std::move(even));
  }
  return list;
}

/// The strategy with half of a group's chips, or one of them, put into another group instead.
std::vector<DesignStrategy> moves_of(const DesignGame& game, const DesignStrategy& strategy) {
  std::vector<DesignStrategy> list;
  if (!game.searchable || game.one_group) return list;
  const GroupOrder order = orders_of(game).front().order;
  const std::size_t moved = std::min(order.size(), most_moved);
  for (std::size_t a = 0; a < order.size(); ++a) {
    const std::size_t from = order[a];
    if (strategy.violating[from] == 0 || list.size() > most_moved * most_moved) continue;
    for (std::size_t b = 0; b < moved; ++b) {
      if (order[b] == from) continue;
      for (const std::uint64_t less : {(strategy.violating[from] + 1) / 2, std::uint64_t{1}}) {
        DesignStrategy next = strategy;
        next.violating[from] -= less;
        next.name = "moved between groups" + spread_words(next.spread);
        if (fill_up(game, {order[b]}, next)) list.push_back(std::move(next));
      }
    }
  }
  return list;
}

}  // namespace

bool is_possible(const DesignGame& game, const DesignStrategy& strategy) {
  if (strategy.violating.size() != game.groups.size() || strategy.recognised.empty()) return false;
  std::size_t used = 0;
  for (std::size_t i = 0; i < game.groups.size(); ++i) {
    if (strategy.violating[i] > game.groups[i].chips) return false;
    if (strategy.violating[i] > 0) ++used;
  }
  if (game.one_group && used > 1) return false;
  return !game.searchable ||
         weight_of(game, strategy.violating) >= needed_by(game, strategy.spread);
}

DesignPlayed best_design_response(const DesignGame& game, const SimulationRun& run) {
  SimulationRun fresh = run;
  const auto play = [&](const DesignStrategy& strategy) {
    ++fresh.seed;  // each on numbers of its own: luck is not shared
    return DesignPlayed{strategy, play_design(game, strategy, fresh)};
  };
  const auto tried = candidates_of(game);
  DesignPlayed best = play(tried.front());
  for (std::size_t i = 1; i < tried.size(); ++i) {
    DesignPlayed next = play(tried[i]);
    if (caught_rate(next.plays) < caught_rate(best.plays)) best = std::move(next);
  }
  for (int round = 0; round < most_search_rounds; ++round) {
    bool better = false;
    for (const DesignStrategy& strategy : moves_of(game, best.strategy)) {
      DesignPlayed next = play(strategy);
      if (caught_rate(next.plays) >= caught_rate(best.plays)) continue;
      best = std::move(next);
      better = true;
      break;
    }
    if (!better) break;
  }
  return best;
}

}  // namespace muster::sampler
