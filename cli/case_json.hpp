#pragma once

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// A discrepancy or a report.
[[nodiscard]] Json case_json(const registry::State& state, const registry::CaseFile& file);
/// The same with its items.
[[nodiscard]] Json whole_case_json(const registry::State& state, registry::RowN file);

/// [{"chip","flag","custodian"}]: what a chip is flagged as, of lost, stolen and missing.
[[nodiscard]] Json missing_json(const registry::State& state, registry::RowN chip);

}  // namespace muster::cli
