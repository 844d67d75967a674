#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/names.hpp"

namespace muster::sampler {

// A register lists chips, and a draw from it can never show a chip that nobody registered. So the
// frame of a floor draw lists the places where chips can stand.

/// The positions of a file (floor_rows.hpp: CSV or NDJSON with `position`, or with `rack` and
/// `slot`), sorted. Errors: `invalid_input` with file and line; one that stands twice is named with
/// both lines.
Result<std::vector<std::string>> parse_positions(std::string_view text, const std::string& file);

/// SHA-256("muster/floor/position/v1" || lp(site) || lp(position)): what a position enters a draw
/// with. Nothing about it is secret.
[[nodiscard]] Hash position_leaf(const SiteId& site, std::string_view position);

/// The leaves of sorted positions, in their order.
[[nodiscard]] std::vector<Hash> position_leaves(const SiteId& site,
                                                const std::vector<std::string>& positions);

}  // namespace muster::sampler
