// Draw-and-evaluate audits by the tens of thousands: real leaves, real tickets, the real judgement.
// Seeds were fixed before the first run; a failing row is investigated and never re-seeded.

#include <algorithm>

#include "sampler/draw/selection.hpp"
#include "sampler/evaluate/evaluation.hpp"
#include "sampler/simulate/interval.hpp"
#include "tests/sampler/plan/frame_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

constexpr std::uint64_t seed = 20'261'123;

/// One frame of 400 chips at four sites, its plan against a run of 20 chips, its leaves.
struct World {
  std::vector<Frame> frames = {plain_frame("northwind", 400, 4)};
  Plan plan = must(make_plan(request_for(frames, 20)));
  Hash plan_id = plan_hash(plan);
  std::vector<SiteLines> sites = lines_by_site(frames, {frame_leaves(frames[0])});

  /// The lines of one audit. The Verifier's VRF output is replaced by a hash: its proof is tested
  /// elsewhere, and sixty thousand proofs take a minute.
  [[nodiscard]] std::vector<DrawnChip> drawn(std::uint64_t audit) const {
    std::vector<draw::SiteLeaves> pools;
    for (const SiteLines& site : sites) {
      const Hash beta = crypto::sha256({as_bytes(site.site), ByteView(u64be(seed + audit))});
      pools.push_back(
          {draw::site_seed({plan_id, site.site, audit, beta.view(), beta.view()}), site.leaves});
    }
    const auto sample =
        must(draw::draw_smallest(pools, static_cast<std::size_t>(plan.sample_size)));
    std::vector<DrawnChip> chips;
    for (const auto& line : sample.lines) {
      const LinePlace& place = sites[line.site].places[line.line];
      chips.push_back({sites[line.site].site, frames[0].lines[place.line].chip});
    }
    return chips;
  }
};

/// What inspection finds if exactly the chips of `run` tell a story that does not hold.
std::vector<LineResult> inspected(const std::vector<DrawnChip>& drawn,
                                  const std::vector<std::string>& run) {
  std::vector<LineResult> results;
  for (const DrawnChip& chip : drawn) {
    const bool in_run = std::binary_search(run.begin(), run.end(), chip.chip);
    results.push_back({chip.site,
                       chip.chip,
                       in_run ? LineVerdict::contradicted : LineVerdict::consistent,
                       {},
                       Presence::uplink_cut,
                       true});
  }
  return results;
}

Plays played(const World& world, const std::vector<std::string>& run, std::uint64_t audits) {
  Plays plays{audits, 0};
  for (std::uint64_t audit = 0; audit < audits; ++audit) {
    const auto drawn = world.drawn(audit);
    const auto result = must(tally(world.plan, drawn, inspected(drawn, run)));
    if (result.verdict == AuditVerdict::finding) ++plays.caught;
  }
  return plays;
}

}  // namespace

TEST_CASE("60,000 audits of a Prover who hides a run keep the promise to within 0.005") {
  const World world;
  std::vector<std::string> run;
  for (std::size_t i = 0; i < 20; ++i) run.push_back(world.frames[0].lines[i * 17].chip);

  const Plays plays = played(world, run, 60'000);

  MESSAGE("promised ", stats::digits(world.plan.drawn_probability, 6), ", caught ", plays.caught,
          " of ", plays.count);
  CHECK(keeps({world.plan.drawn_probability.convert_to<double>(), 0.005, 0.01}, plays));
  CHECK(rate_interval(plays, 0.0001).upper > world.plan.drawn_probability.convert_to<double>());
}

TEST_CASE("a run packed into one site keeps it as well, to within 0.012 in 10,000 audits") {
  const World world;
  std::vector<std::string> run;
  for (const LinePlace& place : world.sites[0].places) {
    if (run.size() < 20) run.push_back(world.frames[0].lines[place.line].chip);
  }
  REQUIRE(run.size() == 20);
  CHECK(keeps({world.plan.drawn_probability.convert_to<double>(), 0.012, 0.01},
              played(world, run, 10'000)));
}

TEST_CASE("no honest Prover is ever accused") {
  const World world;
  for (std::uint64_t audit = 0; audit < 2'000; ++audit) {
    const auto drawn = world.drawn(audit);
    const auto result = must(tally(world.plan, drawn, inspected(drawn, {})));
    REQUIRE(result.verdict == AuditVerdict::no_sign_of);
  }
}
