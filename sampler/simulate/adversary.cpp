#include "sampler/simulate/adversary.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/draw/selection.hpp"
#include "sampler/simulate/random_numbers.hpp"

namespace muster::sampler {
namespace {

std::uint64_t frame_of(const Game& game) {
  return std::accumulate(game.sites.begin(), game.sites.end(), std::uint64_t{0});
}

std::vector<std::size_t> site_order(const Game& game) {
  std::vector<std::size_t> order(game.sites.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

/// `chips` put into the sites one after the other.
std::vector<std::uint64_t> filled(const Game& game, const std::vector<std::size_t>& order,
                                  std::uint64_t chips) {
  std::vector<std::uint64_t> violating(game.sites.size(), 0);
  for (const std::size_t site : order) {
    violating[site] = std::min(chips, game.sites[site]);
    chips -= violating[site];
  }
  return violating;
}

std::vector<std::uint64_t> in_proportion(const Game& game, std::uint64_t chips) {
  const std::uint64_t frame = frame_of(game);
  std::vector<std::uint64_t> violating;
  std::uint64_t placed = 0;
  for (const std::uint64_t site : game.sites) {
    const auto share = static_cast<std::uint64_t>(static_cast<__uint128_t>(site) * chips / frame);
    violating.push_back(share);
    placed += share;
  }
  for (std::size_t i = 0; placed < chips; i = (i + 1) % violating.size()) {
    if (violating[i] == game.sites[i]) continue;
    ++violating[i];
    ++placed;
  }
  return violating;
}

std::string spread_name(const Game& game, std::uint64_t chips) {
  return chips == game.violating ? std::to_string(chips) + " chips"
                                 : std::to_string(chips) + " chips, each for less time";
}

void check_strategy(const Game& game, const Strategy& strategy) {
  MUSTER_CHECK(strategy.violating.size() == game.sites.size());
  std::uint64_t placed = 0;
  for (std::size_t i = 0; i < game.sites.size(); ++i) {
    MUSTER_CHECK(strategy.violating[i] <= game.sites[i]);
    placed += strategy.violating[i];
  }
  MUSTER_CHECK(placed == strategy.chips && strategy.chips >= game.violating);
}

double rate(const Played& played) {
  return static_cast<double>(played.plays.caught) / static_cast<double>(played.plays.count);
}

/// Steps around a strategy: half again as many chips, a quarter fewer, and the same on other sites.
std::vector<Strategy> neighbours(const Game& game, const Strategy& strategy) {
  std::vector<Strategy> list;
  const std::uint64_t frame = frame_of(game);
  for (const std::uint64_t chips :
       {strategy.chips + strategy.chips / 2, strategy.chips - strategy.chips / 4}) {
    if (chips < game.violating || chips > frame || chips == strategy.chips) continue;
    list.push_back(
        {spread_name(game, chips) + ", in proportion", chips, in_proportion(game, chips)});
  }
  for (std::size_t from = 0; from < game.sites.size() && game.sites.size() <= 8; ++from) {
    const std::size_t to = (from + 1) % game.sites.size();
    const std::uint64_t moved =
        std::min((strategy.violating[from] + 1) / 2, game.sites[to] - strategy.violating[to]);
    if (moved == 0 || from == to) continue;
    Strategy next = strategy;
    next.violating[from] -= moved;
    next.violating[to] += moved;
    next.name = spread_name(game, next.chips) + ", moved between sites";
    list.push_back(std::move(next));
  }
  return list;
}

}  // namespace

double recognised(const Game& game, std::uint64_t chips) {
  if (game.snapshots <= 0) return 1;
  return -std::expm1(-game.snapshots * static_cast<double>(game.violating) /
                     static_cast<double>(chips));
}

Strategy planned_adversary(const Game& game) {
  return {"planned: " + spread_name(game, game.violating), game.violating,
          filled(game, site_order(game), game.violating)};
}

std::vector<Strategy> candidate_strategies(const Game& game) {
  auto rising = site_order(game);
  std::stable_sort(rising.begin(), rising.end(),
                   [&](std::size_t a, std::size_t b) { return game.sites[a] < game.sites[b]; });
  const std::vector<std::size_t> falling(rising.rbegin(), rising.rend());
  std::vector<Strategy> list;
  const std::uint64_t frame = frame_of(game);
  for (std::uint64_t chips = game.violating; chips <= frame && chips > 0; chips *= 2) {
    const std::string name = spread_name(game, chips);
    list.push_back({name + ", smallest sites first", chips, filled(game, rising, chips)});
    if (game.sites.size() == 1) continue;
    list.push_back({name + ", largest sites first", chips, filled(game, falling, chips)});
    list.push_back({name + ", in proportion", chips, in_proportion(game, chips)});
  }
  return list;
}

Played play_strategy(const Game& game, const Strategy& strategy, const SimulationRun& run) {
  check_strategy(game, strategy);
  const SimulatedWorld world{frame_of(game), strategy.chips, game.inspected,
                             recognised(game, strategy.chips)};
  return {strategy, play_positions(world, run)};
}

Result<Played> play_strategy_by_tickets(const Game& game, const Strategy& strategy,
                                        const SimulationRun& run) {
  check_strategy(game, strategy);
  std::vector<std::vector<Hash>> leaves(game.sites.size());
  for (std::size_t site = 0; site < game.sites.size(); ++site) {
    for (std::uint64_t chip = 0; chip < game.sites[site]; ++chip) {
      leaves[site].push_back(crypto::sha256(
          {as_bytes("muster/simulation/leaf/v1"), ByteView(u64be(site)), ByteView(u64be(chip))}));
    }
  }
  const Hash plan = crypto::sha256({as_bytes("muster/simulation/v1"), ByteView(u64be(run.seed))});
  const double shown = recognised(game, strategy.chips);
  RandomNumbers luck(run.seed);
  Played played{strategy, {run.plays, 0}};
  for (std::uint64_t play = 0; play < run.plays; ++play) {
    const auto randomness = u64be(play);
    std::vector<draw::SiteLeaves> sites;
    for (std::size_t site = 0; site < game.sites.size(); ++site) {
      const std::string name = "s" + std::to_string(site);
      sites.push_back({draw::site_seed({plan, name, play, randomness, {}}), leaves[site]});
    }
    MUSTER_TRY_ASSIGN(const auto sample,
                      draw::draw_smallest(sites, static_cast<std::size_t>(game.inspected)));
    bool caught = false;
    for (const auto& line : sample.lines) {
      if (line.line >= strategy.violating[line.site]) continue;
      caught = caught || shown >= 1 || luck.happens(shown);
    }
    if (caught) ++played.plays.caught;
  }
  return played;
}

Played best_response(const Game& game, const SimulationRun& run) {
  std::vector<Strategy> tried = candidate_strategies(game);
  MUSTER_CHECK(!tried.empty());
  SimulationRun fresh = run;
  const auto play = [&](const Strategy& strategy) {
    ++fresh.seed;  // each on numbers of its own: luck is not shared
    return play_strategy(game, strategy, fresh);
  };
  Played best = play(tried.front());
  for (std::size_t i = 1; i < tried.size(); ++i) {
    Played next = play(tried[i]);
    if (rate(next) < rate(best)) best = std::move(next);
  }
  constexpr int most_rounds = 8;
  for (int round = 0; round < most_rounds; ++round) {
    bool better = false;
    for (const Strategy& strategy : neighbours(game, best.strategy)) {
      Played next = play(strategy);
      if (rate(next) >= rate(best)) continue;
      best = std::move(next);
      better = true;
      break;
    }
    if (!better) break;
  }
  return best;
}

}  // namespace muster::sampler
