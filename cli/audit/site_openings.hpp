#pragma once

#include <string>
#include <vector>

#include "cli/audit/committed_plan.hpp"
#include "sampler/plan/drawing.hpp"

namespace muster::cli {

/// What the Verifier needs to draw again, at the gate or before a journey.
struct OpeningKeys {
  std::vector<std::string> frame_keys;  ///< PROVER=FILE
  std::string vrf_key_file;
};

/// The openings of `sites`, drawn again; of all sites when none is named.
/// Errors: `invalid_input` for names of which none is a site; those of the files and of the draw.
Result<std::vector<sampler::SiteOpening>> drawn_openings(Home& home, const CommittedPlan& plan,
                                                         const sampler::BeaconValue& beacon,
                                                         const OpeningKeys& keys,
                                                         const std::vector<std::string>& sites);

/// The chips of an opening in the order in which its statement lists them.
[[nodiscard]] std::vector<ChipId> sorted_chips(const sampler::SiteOpening& opening);

}  // namespace muster::cli
