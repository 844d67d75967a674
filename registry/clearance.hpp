#pragma once

#include <span>

#include "registry/draw.hpp"

// What must be known of the parties before chips cross a border or change hands: a fresh PASS of
// screening for each, and an end user's statement.

namespace muster::registry {

/// How old, in days, a PASS of screening and the lists behind it may be.
[[nodiscard]] std::uint64_t screening_days(const Case& found);

/// Whether the newest screenings of `party` that count are passes, one of them fresh. Those count
/// that an authority or the registrar did, and those that one of `screeners` did; nobody's own.
/// Errors: `screen.hit`, `screen.none`, `screen.stale`.
Result<void> is_screened(const Case& found, RowN party, std::span<const RowN> screeners);

/// Whether the end user of `terms` has stated its use, at a site in the right country.
/// Errors: `eus.none`, `eus.expired`, `eus.other_country`.
Result<void> use_is_stated(const Case& found, const Terms& terms);

/// Both, for every party of `terms`: what a release across a border asks for beside its draw.
Result<void> may_cross(const Case& found, const Terms& terms);

}  // namespace muster::registry
