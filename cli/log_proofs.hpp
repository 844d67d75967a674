#pragma once

#include <optional>
#include <string>

#include "ledger/base/json.hpp"
#include "ledger/growth_proof.hpp"
#include "ledger/receipt.hpp"

namespace muster::cli {

/// A proof with or, where it is not wanted, without the entry.
struct EntryProof {
  ledger::TlogProof proof;
  std::optional<ledger::Receipt> receipt;
};

/// The answer of `ledger prove`; its file is null. Errors: those of reading the entry back.
Result<Json> entry_proof_json(const EntryProof& made, ledger::LogIndex index);

/// Two heads of one log and the proof between them; signed at its end, unless a size was asked for.
struct Consistency {
  ledger::TreeHead before;
  ledger::TreeHead after;
  ledger::GrowthProof proof;
};

/// From one size of a log to another.
struct SizePair {
  ledger::TreeSize from;
  ledger::TreeSize to;
};

/// The proof from a store. `checkpoint`: the signed note of the second size, or nothing.
/// Errors: those of `prove_consistency`.
Result<Consistency> consistency_of(ledger::Store& store, const SizePair& sizes,
                                   std::string checkpoint);

/// The answer of `ledger consistency`; its file is null.
[[nodiscard]] Json consistency_json(const Consistency& made);

}  // namespace muster::cli
