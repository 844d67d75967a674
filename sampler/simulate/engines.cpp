#include "sampler/simulate/engines.hpp"

#include <algorithm>
#include <vector>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/draw/selection.hpp"
#include "sampler/simulate/random_numbers.hpp"

namespace muster::sampler {
namespace {

bool caught(RandomNumbers& engine, const SimulatedWorld& world) {
  std::uint64_t violating = world.violating;
  for (std::uint64_t drawn = 0; drawn < world.inspected && violating > 0; ++drawn) {
    if (engine.below(world.chips - drawn) >= violating) continue;
    if (world.recognised >= 1 || engine.happens(world.recognised)) return true;
    --violating;
  }
  return false;
}

void check_world(const SimulatedWorld& world) {
  MUSTER_CHECK(world.violating <= world.chips && world.inspected <= world.chips);
  MUSTER_CHECK(world.recognised >= 0 && world.recognised <= 1);
}

}  // namespace

Plays play_positions(const SimulatedWorld& world, const SimulationRun& run) {
  check_world(world);
  RandomNumbers engine(run.seed);
  Plays plays{run.plays, 0};
  for (std::uint64_t play = 0; play < run.plays; ++play) {
    if (caught(engine, world)) ++plays.caught;
  }
  return plays;
}

Result<Plays> play_tickets(const SimulatedWorld& world, const SimulationRun& run) {
  check_world(world);
  MUSTER_CHECK(world.recognised >= 1);
  std::vector<Hash> leaves;
  for (std::uint64_t chip = 0; chip < world.chips; ++chip) {
    leaves.push_back(
        crypto::sha256({as_bytes("muster/simulation/leaf/v1"), ByteView(u64be(chip))}));
  }
  const Hash plan = crypto::sha256({as_bytes("muster/simulation/v1"), ByteView(u64be(run.seed))});
  Plays plays{run.plays, 0};
  for (std::uint64_t play = 0; play < run.plays; ++play) {
    const auto randomness = u64be(play);
    const draw::Seed seed = draw::site_seed({plan, "simulated", play, randomness, {}});
    const std::vector<draw::SiteLeaves> sites = {{seed, leaves}};
    MUSTER_TRY_ASSIGN(const auto sample,
                      draw::draw_smallest(sites, static_cast<std::size_t>(world.inspected)));
    const bool hit = std::any_of(sample.lines.begin(), sample.lines.end(),
                                 [&](const auto& line) { return line.line < world.violating; });
    if (hit) ++plays.caught;
  }
  return plays;
}

}  // namespace muster::sampler
