#pragma once

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// A shipment with its hand-overs and what became of its chips.
[[nodiscard]] Json shipment_json(const registry::State& state, const registry::Shipment& shipment);

}  // namespace muster::cli
