#pragma once

#include "cli/audit/committed_plan.hpp"
#include "cli/audit/kit_basis.hpp"

namespace muster::cli {

/// The records of the Provers behind the plan's freezes, as the ledger has them, for the `chips`
/// that were drawn.
/// Errors: those of the ledger; `corrupt` for a declaration that it should not have taken.
Result<std::vector<ProverRecord>> registry_records(Home& home, const CommittedPlan& plan,
                                                   const std::vector<ChipId>& chips);

/// The record of one Prover as a freeze of `window` would have it now, for its `chips`.
/// Errors: as above.
Result<ProverRecord> record_now(Home& home, const PartyId& prover, const Window& window,
                                const std::vector<ChipId>& chips);

/// Where in its site a chip stands, from its slot outwards: "slot 3, board b7, rack r2". Empty
/// where the register does not say.
[[nodiscard]] std::string place_of(const registry::State& state, registry::RowN chip);

/// What a kit of `chips` carries to be judged by, made at `now` of the registry as it stands.
/// Errors: as `registry_records`.
Result<KitBasis> registry_basis(Home& home, const CommittedPlan& plan,
                                const std::vector<ChipId>& chips, KitMeasures measures,
                                Timestamp now);

}  // namespace muster::cli
