#pragma once

#include "attestation/replay/trained_weights.hpp"
#include "cli/print/printer.hpp"
#include "cli/training_files.hpp"

namespace muster::cli {

/// The states of the run in `files` after every step, trained anew from its transcript and text and
/// held to what it committed to.
/// Errors: `invalid_input` for files that do not belong together, for a run whose states are others
/// than committed, and for one with more chunks than an emulated chip or this program holds.
Result<attestation::TrainedWeights> trained_weights(const TrainingFiles& files,
                                                    print::Printer& printer);

/// A run that is nobody's: the same model and text with another random value.
attestation::TrainedWeights other_weights(const attestation::TranscriptCommitment& transcript,
                                          const attestation::TrainingText& text,
                                          print::Printer& printer);

}  // namespace muster::cli
