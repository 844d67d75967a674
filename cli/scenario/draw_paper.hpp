#pragma once

#include <string>

#include "cli/scenario/paper_bundle.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli::scenario {

// What is filed of a draw that is not what its plan, its value and its key make of the frozen
// frame: the log in which the Verifier signed it, and the frame's key.

/// The document for `plan` of one Prover, whose frame has `frame_key`. Empty where the draw is as
/// it must be, or its frame is not the frozen one. Errors: those of reading the log.
Result<std::string> draw_paper(RegistryWorld& world, const std::string& plan,
                               const Bytes& frame_key);

/// Judges the kind `draw` as `plan verify` does, by the log alone: no value from outside, which
/// whoever files the document could have made up. Errors: `invalid_input` by field; those of the
/// catalogue.
Result<PaperReview> review_draw(FieldReader& fields, const FindingKeys& keys);

}  // namespace muster::cli::scenario
