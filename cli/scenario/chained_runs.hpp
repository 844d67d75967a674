#pragma once

#include "cli/scenario/attempts.hpp"
#include "ledger/base/hash.hpp"

namespace muster::cli::scenario {

// One run of 1.2 to 1.8 times a rule's limit, declared as three to five runs that are each below it
// (V15), judged as `attest account` does: lineage against the limit, and memory that two runs
// declare. The run is trained by the built-in trainer; its FLOP are figures. Same seed, same
// attempts. Cost: some 30 ms an attempt.

/// The ways that are caught: parents named, none named, one small run named as the parent of all,
/// weights called somebody's from outside, halves merged, and common steps left out while somebody
/// replays a part. Caught: the limit is reached, all neighbours are named by `run.shared_weights`,
/// or the part is unseeded. What is filed are the declarations in a register, or of the last way
/// the part that its Prover committed to.
[[nodiscard]] Attempts play_chained_runs(const RunSeed& seed, std::uint64_t plays,
                                         Papers papers = Papers::none);

/// No parents are named, parts leave their common steps out, and nobody replays: no chunk is in two
/// parts where all of them move at every step.
[[nodiscard]] Attempts play_unchained_runs(const RunSeed& seed, std::uint64_t plays);

/// All parts name one small run as their parent, and that run declares the memory that they had: it
/// explains what they share, and nobody replays it.
[[nodiscard]] Attempts play_runs_over_one_base(const RunSeed& seed, std::uint64_t plays);

}  // namespace muster::cli::scenario
