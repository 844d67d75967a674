#pragma once

#include <span>
#include <vector>

#include "sampler/draw/selection.hpp"

namespace muster::draw {

// Draws of which each site's part is decided by its own seed and the plan alone: no cut-off over
// all sites is needed, and a site can be opened and checked without the others.

/// A number that decides whether a site is visited: the first 8 bytes, big-endian, of
/// SHA-256(seed || SHA-256("muster/visit/v1")). Uniform, and independent of the site's tickets as
/// far as SHA-256 is.
[[nodiscard]] std::uint64_t visit_number(const Seed& seed);

/// How many lines of a site are drawn.
struct SiteNumber {
  std::uint64_t low;
  std::uint64_t high;
  std::uint64_t visit_limit;  ///< `high` if the visit number is not above it, else `low`
};

/// That number.
[[nodiscard]] std::uint64_t lines_wanted(const Seed& seed, const SiteNumber& number);

/// The `wanted` lines of a site with the smallest tickets, smallest first. `site` only names them.
/// Errors: as SmallestTickets::finish.
Result<std::vector<DrawnLine>> draw_at_site(const SiteLeaves& leaves, std::size_t site,
                                            std::uint64_t wanted);

/// The lines of a site of which the first 8 bytes of the ticket, big-endian, are not above the
/// limit of the line, smallest ticket first. Requires: as many limits as leaves. Errors:
/// `invalid_input` if two drawn lines have one ticket: the frame names a chip twice.
Result<std::vector<DrawnLine>> draw_by_limit(const SiteLeaves& leaves, std::size_t site,
                                             std::span<const std::uint64_t> limits);

}  // namespace muster::draw
