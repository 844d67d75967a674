#pragma once

#include "registry/rules.hpp"

namespace muster::registry {

/// Makes the principal that the header names the party of the case: because it was succeeded by the
/// signing party, or lets it speak.
/// Errors: `party.unknown`, `delegate.none`, `delegate.own_hand`.
Result<void> find_delegation(Case& found);

/// Whether the delegation covers what the statement is: kind, site, time and number of chips. Of
/// several that do, the oldest is used.
/// Errors: `delegate.not_covered`, with what each delegation lacks.
Result<void> check_delegation(Case& found);

/// Counts the chips of the statement against the delegation.
void count_delegated(State& state, const Case& found);

/// Whether `party` stands in the place of `predecessor`, directly or through others.
[[nodiscard]] bool succeeds(const State& state, RowN party, RowN predecessor);

}  // namespace muster::registry
