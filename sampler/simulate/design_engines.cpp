#include <algorithm>
#include <cmath>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/draw/by_design.hpp"
#include "sampler/simulate/design_game.hpp"
#include "sampler/simulate/random_numbers.hpp"

namespace muster::sampler {
namespace {

/// Sites over which the lines of a Prover are spread in plays by tickets.
constexpr std::size_t sites_of_prover = 3;

double share_of(std::uint64_t limit) { return std::ldexp(static_cast<double>(limit) + 1, -64); }

bool shows(RandomNumbers& luck, double recognised) {
  return recognised >= 1 || luck.happens(recognised);
}

/// Whether one visit catches a chip of the run in one group.
bool caught_in(RandomNumbers& luck, const DesignGame& game, const GameGroup& group,
               std::uint64_t violating, double recognised) {
  if (violating == 0) return false;
  if (game.draw == GameDraw::by_limit) {
    const double rate = share_of(group.ticket_limit);
    for (std::uint64_t chip = 0; chip < violating; ++chip) {
      if (luck.happens(rate) && shows(luck, recognised)) return true;
    }
    return false;
  }
  std::uint64_t wanted = group.high;
  if (group.low != group.high && !luck.happens(share_of(group.visit_limit))) wanted = group.low;
  for (std::uint64_t drawn = 0; drawn < wanted && violating > 0; ++drawn) {
    if (luck.below(group.chips - drawn) >= violating) continue;
    if (shows(luck, recognised)) return true;
    --violating;
  }
  return false;
}

/// The lines of a group at one site of a play by tickets. The first ones work for the run.
struct GamePool {
  std::vector<Hash> leaves;
  std::vector<std::uint64_t> ranks;  ///< of each leaf in its group
};

/// By group and site.
using GamePools = std::vector<std::vector<GamePool>>;

GamePools pools_of(const DesignGame& game) {
  GamePools pools;
  const std::size_t sites = game.draw == GameDraw::by_prover ? sites_of_prover : 1;
  for (std::size_t group = 0; group < game.groups.size(); ++group) {
    pools.emplace_back(sites);
    for (std::uint64_t chip = 0; chip < game.groups[group].chips; ++chip) {
      GamePool& pool = pools.back()[chip % sites];
      pool.leaves.push_back(crypto::sha256(
          {as_bytes("muster/simulation/leaf/v1"), ByteView(u64be(group)), ByteView(u64be(chip))}));
      pool.ranks.push_back(chip);
    }
  }
  return pools;
}

/// The lines that one visit draws of a group, as ranks in it.
Result<std::vector<std::uint64_t>> ranks_drawn(const DesignGame& game, std::size_t group,
                                               const std::vector<GamePool>& pools, const Hash& plan,
                                               std::uint64_t visit) {
  const auto randomness = u64be(visit);
  const GameGroup& rule = game.groups[group];
  std::vector<draw::SiteLeaves> sites;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    // Sites that several groups share have one seed: those of Provers, and the one of all classes.
    const bool shared = game.draw != GameDraw::by_site;
    const std::string name = "s" + std::to_string(shared ? i : group);
    sites.push_back({draw::site_seed({plan, name, visit, randomness, {}}), pools[i].leaves});
  }
  std::vector<draw::DrawnLine> lines;
  if (game.draw == GameDraw::by_limit) {
    const std::vector<std::uint64_t> limits(pools[0].leaves.size(), rule.ticket_limit);
    MUSTER_TRY_ASSIGN(lines, draw::draw_by_limit(sites[0], 0, limits));
  } else if (game.draw == GameDraw::by_site) {
    const std::uint64_t wanted =
        draw::lines_wanted(sites[0].seed, {rule.low, rule.high, rule.visit_limit});
    MUSTER_TRY_ASSIGN(lines, draw::draw_at_site(sites[0], 0, wanted));
  } else {
    MUSTER_TRY_ASSIGN(auto sample, draw::draw_smallest(sites, static_cast<std::size_t>(rule.high)));
    lines = std::move(sample.lines);
  }
  std::vector<std::uint64_t> ranks;
  ranks.reserve(lines.size());
  for (const draw::DrawnLine& line : lines) ranks.push_back(pools[line.site].ranks[line.line]);
  return ranks;
}

/// Whether one play by tickets catches the run. `first` is the number of its first visit.
Result<bool> caught_by_tickets(const DesignGame& game, const DesignStrategy& strategy,
                               const GamePools& pools, const Hash& plan, std::uint64_t first,
                               RandomNumbers& luck) {
  bool caught = false;
  for (std::size_t visit = 0; visit < strategy.recognised.size(); ++visit) {
    for (std::size_t group = 0; group < game.groups.size(); ++group) {
      MUSTER_TRY_ASSIGN(const auto ranks,
                        ranks_drawn(game, group, pools[group], plan, first + visit));
      for (const std::uint64_t rank : ranks) {
        if (rank >= strategy.violating[group]) continue;
        caught = caught || shows(luck, strategy.recognised[visit]);
      }
    }
  }
  return caught;
}

}  // namespace

Plays play_design(const DesignGame& game, const DesignStrategy& strategy,
                  const SimulationRun& run) {
  MUSTER_CHECK(is_possible(game, strategy));
  RandomNumbers luck(run.seed);
  Plays plays{run.plays, 0};
  for (std::uint64_t play = 0; play < run.plays; ++play) {
    bool caught = false;
    for (std::size_t visit = 0; visit < strategy.recognised.size() && !caught; ++visit) {
      for (std::size_t group = 0; group < game.groups.size() && !caught; ++group) {
        caught = caught_in(luck, game, game.groups[group], strategy.violating[group],
                           strategy.recognised[visit]);
      }
    }
    if (caught) ++plays.caught;
  }
  return plays;
}

Result<Plays> play_design_by_tickets(const DesignGame& game, const DesignStrategy& strategy,
                                     const SimulationRun& run) {
  MUSTER_CHECK(is_possible(game, strategy));
  const GamePools pools = pools_of(game);
  const Hash plan = crypto::sha256({as_bytes("muster/simulation/v1"), ByteView(u64be(run.seed))});
  RandomNumbers luck(run.seed);
  Plays plays{run.plays, 0};
  for (std::uint64_t play = 0; play < run.plays; ++play) {
    const std::uint64_t first = play * strategy.recognised.size();
    MUSTER_TRY_ASSIGN(const bool caught,
                      caught_by_tickets(game, strategy, pools, plan, first, luck));
    if (caught) ++plays.caught;
  }
  return plays;
}

std::uint64_t hashes_of(const DesignGame& game, const DesignStrategy& strategy) {
  std::uint64_t chips = 0;
  for (const GameGroup& group : game.groups) chips += group.chips;
  return chips * strategy.recognised.size();
}

}  // namespace muster::sampler
