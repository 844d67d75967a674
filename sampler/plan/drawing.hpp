#pragma once

#include <string>
#include <vector>

#include "sampler/beacon/beacon_value.hpp"
#include "sampler/draw/ticket.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::sampler {

/// What the Verifier publishes of one site before any visit.
struct SealedSite {
  std::string site;
  std::uint64_t lines;
  Hash root;  ///< over `sealed_line` of each line, by ticket; shows nothing without the seed

  friend bool operator==(const SealedSite&, const SealedSite&) = default;
};

/// What the Verifier publishes of the draw before the first visit: it binds every line and tells
/// none.
struct Seal {
  Hash plan;
  std::uint64_t round;
  Bytes randomness;
  std::vector<SealedSite> sites;  ///< every site of the frame, sorted
  draw::Ticket cut_off;           ///< exactly the tickets below it are drawn; 0 where the plan
                                  ///< decides site by site
  std::uint64_t lines;            ///< n
};

/// A drawn line with all that shows that it is in the frame.
struct OpenedLine {
  PartyId prover;
  draw::FrameLine line;
  draw::Salt salt;
  draw::Ticket ticket;
};

/// What the Verifier shows at the gate of one site.
struct SiteOpening {
  std::string site;
  Bytes proof;                    ///< pi of the site's VRF input
  std::vector<OpenedLine> lines;  ///< by ticket, smallest first
};

/// A finished draw. The openings stay with the Verifier until each gate.
struct Drawing {
  Seal seal;
  std::vector<SiteOpening> openings;  ///< every site of the frame, those without lines too
};

/// SHA-256("muster/draw/line/v1" || seed || leaf): what a seal's root is made of. The seed is in it
/// because a cut-off shows one ticket.
[[nodiscard]] Hash sealed_line(const draw::Seed& seed, const Hash& leaf);

/// The seal of a plan that draws at the gates: how many lines at each site, and none yet. Its value
/// is one zero byte, its roots are those of no lines. Requires: drawn_at_gates(plan).
[[nodiscard]] Seal gate_seal(const Plan& plan);

/// Draws the plan's sample from the frozen frames. `seen` are the chips, sorted, that the plan
/// leaves out since earlier draws opened them. Of a plan that draws at the gates, only the site
/// whose value `beacon` is may be taken from the result.
/// Errors: `refused` by `draw.frame` (a frame is not the frozen one), `draw.seen` (other chips are
/// left out than the plan's), `draw.beacon` (another kind or round than the plan's) and `draw.key`
/// (another VRF key); those of the selection.
Result<Drawing> draw_sample(const Plan& plan, const std::vector<Frame>& frames,
                            const BeaconValue& beacon, const VrfSecretKey& key,
                            const std::vector<std::string>& seen = {});

}  // namespace muster::sampler
