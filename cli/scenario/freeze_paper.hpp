#pragma once

#include <string>

#include "cli/scenario/paper_bundle.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli::scenario {

// What is filed of a frame that was frozen without one of its chips: its Prover signed how many
// chips it has, which the register counts, and a root, which the register cannot compute.

/// The document for `freeze`, whose root is that of the frame without `chip`.
/// Errors: those of the store.
Result<std::string> freeze_paper(RegistryWorld& world, const std::string& freeze,
                                 const std::string& chip, const Bytes& frame_key);

/// Judges the kind `freeze`: by the key, the register's frame has another root than was frozen, and
/// the one without the chip has it. No other key can bring that about. Errors: `invalid_input` by
/// field; those of the catalogue.
Result<PaperReview> review_freeze(FieldReader& fields, const FindingKeys& keys);

}  // namespace muster::cli::scenario
