#pragma once

#include "cli/audit/plan_place.hpp"
#include "sampler/beacon/ledger_ceremony.hpp"

namespace muster::cli {

/// The ceremony of `plan` as its entries have it; nothing when no party has committed. Each entry
/// is read again: that it is signed by its party, and quotes this plan or its own commitment. What
/// it is not stands in `faults`. Errors: those of the log.
Result<std::optional<sampler::LedgerCeremony>> ledger_ceremony(Home& home, const PlanPlace& plan);

}  // namespace muster::cli
