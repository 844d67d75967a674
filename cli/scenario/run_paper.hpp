#pragma once

#include <string>
#include <string_view>

#include "cli/scenario/paper_bundle.hpp"
#include "cli/scenario/run_judge.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::cli::scenario {

// What is filed of a run that is not the one that its Prover committed to: the commitment, signed
// by the Prover, its text, and no more checkpoints than show it. All of it leads to what was
// signed, so that nobody but the Prover can have made it up.

/// Of the DSSE envelope around a transcript's document.
inline constexpr std::string_view transcript_payload_type =
    "application/vnd.muster.transcript+json";

/// The document of the first thing in `review`, which is of `shown`, that convicts whoever
/// committed to `promised`: a fault of checkpoints that were committed to, or a segment that leads
/// from one of them to another end than was committed to. Empty where nothing does: of a text or a
/// checkpoint that was not committed to nobody knows who brought it.
/// Requires: equally many checkpoints. Errors: those of signing.
Result<std::string> run_paper(const ShownRun& shown, const ShownRun& promised,
                              const RunReview& review);

/// The finding of a segment whose end does not follow.
inline constexpr std::string_view mismatched_segment = "run.mismatched_segment";

/// Judges the kind `run`. Errors: `invalid_input` by field.
Result<PaperReview> review_run(FieldReader& fields, const FindingKeys& keys);

}  // namespace muster::cli::scenario
