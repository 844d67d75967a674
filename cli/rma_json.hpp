#pragma once

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// A replaced chip is owed until it is destroyed: it is on the vendor's book so long.
[[nodiscard]] bool is_owed(const registry::State& state, const registry::RmaItem& item);

/// A return for repair, with what each of its chips came to.
[[nodiscard]] Json rma_json(const registry::State& state, const registry::Rma& rma);

}  // namespace muster::cli
