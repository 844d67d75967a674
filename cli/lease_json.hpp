#pragma once

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// A lease with its chips.
[[nodiscard]] Json lease_json(const registry::State& state, const registry::Lease& lease);

/// The same without them: `chips` is null.
[[nodiscard]] Json lease_row_json(const registry::State& state, const registry::Lease& lease);

}  // namespace muster::cli
