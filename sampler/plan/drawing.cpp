#include "sampler/plan/drawing.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "sampler/plan/design_draw.hpp"
#include "sampler/plan/seen_before.hpp"

namespace muster::sampler {
namespace {

Result<std::vector<std::vector<Hash>>> frozen_leaves(const Plan& plan,
                                                     const std::vector<Frame>& frames) {
  if (frames.size() != plan.request.frames.size()) {
    return refusal("draw.frame", "got " + std::to_string(frames.size()) + " frames, want " +
                                     std::to_string(plan.request.frames.size()));
  }
  std::vector<std::vector<Hash>> leaves;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    MUSTER_TRY(check(frames[i]));
    leaves.push_back(frame_leaves(frames[i]));
    const FrozenFrame& frozen = plan.request.frames[i];
    if (frames[i].prover != frozen.prover || leaves.back().size() != frozen.frame_count ||
        leaves_root(leaves.back()) != frozen.frame_root) {
      return refusal("draw.frame",
                     frames[i].prover.text() + ": is not the frame that the plan quotes");
    }
  }
  return leaves;
}

/// The seeds of all sites, and the proofs that show them.
struct SiteSeeds {
  std::vector<draw::Seed> seeds;
  std::vector<Bytes> proofs;
};

SiteSeeds seeds_of(const Hash& plan, const std::vector<SiteLines>& sites, const BeaconValue& beacon,
                   const VrfSecretKey& key) {
  SiteSeeds result;
  const VrfPublicKey public_key = key.public_key();
  for (const SiteLines& site : sites) {
    const Bytes message = vrf_message({"draw", plan, site.site, beacon.round, beacon.randomness});
    result.proofs.push_back(key.prove(message));
    const Bytes beta = *public_key.output(message, result.proofs.back());
    result.seeds.push_back(
        draw::site_seed({plan, site.site, beacon.round, beacon.randomness, beta}));
  }
  return result;
}

OpenedLine opened(const std::vector<Frame>& frames, const LinePlace& place,
                  const draw::Ticket& ticket) {
  const Frame& frame = frames[place.frame];
  const draw::FrameLine& line = frame.lines[place.line];
  return {frame.prover, line, draw::frame_salt(frame.key, line.chip), ticket};
}

/// The lines of all sites, and the cut-off that a seal publishes.
Result<draw::Selection> selection_of(const Plan& plan, const std::vector<Frame>& frames,
                                     const std::vector<SiteLines>& sites,
                                     const std::vector<draw::Seed>& seeds) {
  if (drawn_by_prover(plan)) {
    MUSTER_TRY_ASSIGN(auto lines, prover_lines(plan, sites, seeds));
    return draw::Selection{std::move(lines), {}};
  }
  if (drawn_site_by_site(plan)) {
    draw::Selection sample;
    for (std::size_t i = 0; i < sites.size(); ++i) {
      MUSTER_TRY_ASSIGN(const auto lines, designed_lines(plan, frames, sites[i], i, seeds[i]));
      sample.lines.insert(sample.lines.end(), lines.begin(), lines.end());
    }
    return sample;
  }
  std::vector<draw::SiteLeaves> pools;
  for (std::size_t i = 0; i < sites.size(); ++i) pools.push_back({seeds[i], sites[i].leaves});
  return draw::draw_smallest(pools, static_cast<std::size_t>(plan.sample_size));
}

}  // namespace

Hash sealed_line(const draw::Seed& seed, const Hash& leaf) {
  return crypto::sha256({as_bytes("muster/draw/line/v1"), seed.value.view(), leaf.view()});
}

Seal gate_seal(const Plan& plan) {
  Seal seal{plan_hash(plan), 0, Bytes{0}, {}, {}, 0};
  for (const SiteDraw& site : plan.layout->sites) {
    seal.sites.push_back({site.site.text(), site.high, leaves_root({})});
    seal.lines += site.high;
  }
  return seal;
}

Result<Drawing> draw_sample(const Plan& plan, const std::vector<Frame>& frames,
                            const BeaconValue& beacon, const VrfSecretKey& key,
                            const std::vector<std::string>& seen) {
  const BeaconSpec& spec = plan.request.beacon;
  // A value that somebody reads out may stand in for any beacon; the check labels it.
  const bool stands_in = beacon.kind == "value";
  if ((beacon.kind != spec.kind && !stands_in) || beacon.round != spec.round) {
    return refusal("draw.beacon", "got " + beacon.kind + " round " + std::to_string(beacon.round) +
                                      ", the plan wants " + spec.kind + " round " +
                                      std::to_string(spec.round));
  }
  if (!(key.public_key() == plan.request.vrf_key)) {
    return refusal("draw.key", "the VRF key is not the one that the plan names");
  }
  MUSTER_TRY_ASSIGN(const auto leaves, frozen_leaves(plan, frames));
  const auto findings = seen_findings(plan.request, frames, seen);
  if (!findings.empty()) return refusal("draw.seen", findings.front());
  auto sites = lines_by_site(frames, leaves);
  leave_out(sites, frames, seen);
  const Hash plan_id = plan_hash(plan);
  const SiteSeeds seeds = seeds_of(draw_hash(plan), sites, beacon, key);
  MUSTER_TRY_ASSIGN(const auto sample, selection_of(plan, frames, sites, seeds.seeds));

  Drawing drawing{
      {plan_id, beacon.round, beacon.randomness, {}, sample.cut_off, sample.lines.size()}, {}};
  std::vector<std::vector<Hash>> sealed(sites.size());
  for (std::size_t i = 0; i < sites.size(); ++i) {
    drawing.openings.push_back({sites[i].site, seeds.proofs[i], {}});
  }
  for (const draw::DrawnLine& drawn : sample.lines) {
    const LinePlace& place = sites[drawn.site].places[drawn.line];
    drawing.openings[drawn.site].lines.push_back(opened(frames, place, drawn.ticket));
    sealed[drawn.site].push_back(
        sealed_line(seeds.seeds[drawn.site], sites[drawn.site].leaves[drawn.line]));
  }
  for (std::size_t i = 0; i < sites.size(); ++i) {
    drawing.seal.sites.push_back({sites[i].site, sealed[i].size(), leaves_root(sealed[i])});
  }
  return drawing;
}

}  // namespace muster::sampler
