#pragma once

#include "attestation/replay/trained_weights.hpp"
#include "cli/print/printer.hpp"
#include "cli/training_files.hpp"

namespace muster::cli {

/// The states of the run in `files`, held to what it committed to. A run of the built-in trainer is
/// trained anew from its transcript and text, and its state known after every step; of a model of
/// others the checkpoints are read.
/// Errors: `invalid_input` for files that do not belong together, for a run whose states are others
/// than committed, and for one with more chunks than an emulated chip or this program holds; those
/// of reading.
Result<attestation::TrainedWeights> trained_weights(const TrainingFiles& files,
                                                    const attestation::AnyTranscript& transcript,
                                                    print::Printer& printer);

/// The transcript of `files`. Errors: `invalid_input`, naming file and field; `not_found`.
Result<attestation::AnyTranscript> read_any_transcript(const TrainingFiles& files);

/// A run that is nobody's: the same model and text with another random value.
attestation::TrainedWeights other_weights(const attestation::TranscriptCommitment& transcript,
                                          const attestation::TrainingText& text,
                                          print::Printer& printer);

}  // namespace muster::cli
