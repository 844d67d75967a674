#pragma once

#include "attestation/replay/external_transcript.hpp"
#include "cli/print/printer.hpp"
#include "cli/replay_choice.hpp"

namespace muster::cli {

/// Looks at a run of a model that the built-in trainer does not know: its commitments, checkpoints
/// and declared figures, and, where `review.program` is there, segments of it done again. What was
/// not judged goes into the review with the reason.
/// Requires: `review.outline` of this transcript, and what the options ask for in `review`.
/// Errors: `invalid_input`, naming file and field: data, leaves or a checkpoint that are none of
/// this run's; those of reading files.
Result<void> review_external(const ReplayOptions& options,
                             const attestation::ExternalTranscript& transcript,
                             print::Printer& printer, Room& room, RunReview& review);

}  // namespace muster::cli
