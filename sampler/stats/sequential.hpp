#pragma once

#include <cstdint>
#include <optional>

#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/posterior.hpp"

namespace muster::stats {

// Evidence that may be looked at after every line, in ticket order, with perfect recognition.

/// The evidence of `draws` clean lines against "at least `violating` of the frame's chips violate":
/// the factor by which a bet on the fewest has grown, C(N,n) / C(N-k,n). Nothing where so many
/// violating chips would have made a clean sample impossible: the evidence has no bound.
/// Source: Stark, "ALPHA" (arXiv 2201.02707), for the martingale.
/// Requires: lot.violating <= lot.size, draws <= lot.size < 2^62.
[[nodiscard]] std::optional<Real> clean_e_value(const Lot& lot, std::uint64_t draws);

/// The prior-posterior ratio of "exactly `violating`": its prior probability over its posterior
/// one. Values of 1/alpha or more reject that number. Nothing where `found` rules it out.
/// Source: Waudby-Smith and Ramdas (arXiv 2006.04347).
/// Requires: found.hits <= found.inspected <= found.size < 2^62; violating <= found.size.
[[nodiscard]] std::optional<Real> prior_posterior_ratio(const Found& found, std::uint64_t violating,
                                                        const BetaPrior& prior);

}  // namespace muster::stats
