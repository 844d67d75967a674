#pragma once

#include <vector>

#include "sampler/draw/by_design.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::sampler {

/// True if each site's lines follow from its own seed and the plan; false if the n smallest tickets
/// over all sites are drawn, below a common cut-off.
[[nodiscard]] bool drawn_site_by_site(const Plan& plan);

/// True if each Prover's lines follow from the seeds of all sites and the plan.
[[nodiscard]] bool drawn_by_prover(const Plan& plan);

/// The lines of all sites that such a plan draws, smallest ticket first. `seeds` are those of
/// `sites`.
/// Requires: drawn_by_prover(plan).
/// Errors: `invalid_input` for a Prover with fewer lines than are wanted, and equal leaves.
Result<std::vector<draw::DrawnLine>> prover_lines(const Plan& plan,
                                                  const std::vector<SiteLines>& sites,
                                                  const std::vector<draw::Seed>& seeds);

/// What such a draw has at one site, if it has so many lines of each Prover there: of each those
/// with the smallest tickets of the site. `numbers` are in the order of the plan's Provers.
/// Errors: as `prover_lines`.
Result<std::vector<draw::DrawnLine>> prover_lines_at(const SiteLines& site, const draw::Seed& seed,
                                                     const std::vector<std::uint64_t>& numbers);

/// The lines of one site of `frames` that such a plan draws, smallest ticket first. `place` names
/// the site in the result.
/// Requires: drawn_site_by_site(plan).
/// Errors: `invalid_input` for a site or a class that the plan does not have, a site with fewer
/// lines than are wanted, and equal leaves.
Result<std::vector<draw::DrawnLine>> designed_lines(const Plan& plan,
                                                    const std::vector<Frame>& frames,
                                                    const SiteLines& site, std::size_t place,
                                                    const draw::Seed& seed);

}  // namespace muster::sampler
