#pragma once

#include <unordered_map>
#include <vector>

#include "attestation/run/declaration_index.hpp"
#include "cli/audit/committed_plan.hpp"

namespace muster::cli {

/// A head that a Prover reported, as the ledger has it: by hash.
struct ReportedHead {
  Hash head;
  Timestamp accepted_at;
};

/// Everything that one Prover put into the ledger about its chips, read once for all its lines.
struct ProverRecord {
  PartyId prover;
  Window window;
  attestation::DeclarationIndex declarations;
  std::unordered_map<ChipId, std::vector<ReportedHead>> heads;
  std::unordered_map<ChipId, std::vector<Window>> held;
};

/// Reads the record of the Prover behind one of the plan's freezes, for the `chips` that were
/// drawn. Errors: those of the ledger; `corrupt` for a declaration that it should not have taken.
Result<ProverRecord> prover_record(Home& home, const Frozen& frozen,
                                   const std::vector<ChipId>& chips);

}  // namespace muster::cli
