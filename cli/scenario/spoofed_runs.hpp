#pragma once

#include "cli/scenario/attempts.hpp"
#include "ledger/base/hash.hpp"

namespace muster::cli::scenario {

// Transcripts that are not of the run that they are called (V14), judged as `attest replay` does:
// commitments, all checkpoints, segments drawn afterwards, signs. Runs are those of `SmallRun`.
// Same seed, same attempts. Cost: some 50 ms an attempt.

/// How `attest replay` fares when one segment is done again: chosen initial weights, an
/// order or a text that was chosen, checkpoints interpolated, glued together, or exchanged after
/// they were committed to. Caught: the run is not clean. A document is filed where what the Prover
/// committed to shows it, and not only what was brought in its place.
[[nodiscard]] Attempts play_spoofed_runs(const RunSeed& seed, std::uint64_t plays,
                                         Papers papers = Papers::none);

/// Every other checkpoint is a point on the line between its neighbours, and no segment is done
/// again. Caught: a sign shows it (`sign_shows`). Called certain: a fault is found, although none
/// of what faults are about was done. The answers have as many honest runs beside them.
[[nodiscard]] Attempts play_interpolated_runs(const RunSeed& seed, std::uint64_t plays);

/// The same, moved off the line by a tenth of it, within what Adam can do: what signs alone do not
/// show.
[[nodiscard]] Attempts play_hidden_interpolation(const RunSeed& seed, std::uint64_t plays);

/// A run that was trained as shown, elsewhere than on the chips that are named for it: every
/// segment is done again, and nothing can be found.
[[nodiscard]] Attempts play_runs_trained_elsewhere(const RunSeed& seed, std::uint64_t plays);

}  // namespace muster::cli::scenario
