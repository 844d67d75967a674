#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/store.hpp"

namespace muster::cli {

/// The newest checkpoint that one of `keys` signed, of those that the log keeps and those that an
/// auditor holds: as far as it goes, the log has the word of somebody whom the auditor knows from
/// elsewhere, and not only of the key that entry 0 names. Whether its root is the log's is for the
/// audit to say. Nothing if there is none.
/// Errors: those of the store.
Result<std::optional<ledger::Checkpoint>> newest_signed_by(
    ledger::Store& store, std::span<const ledger::VerifierKey> keys,
    const std::vector<std::string>& held);

}  // namespace muster::cli
