#pragma once

#include "cli/scenario/attempts.hpp"
#include "ledger/base/hash.hpp"

namespace muster::cli::scenario {

// Declared runs whose figures are not what the chips did (V19), on 8 to 64 chips of two SYNTHETIC
// models for 30 to 180 days, judged by `attestation::account_of`. Same seed, same attempts.

/// Figures that chips, formulas or the register rule out: more than the peak, far above published
/// shares, less than 4 N D, more than twice 6 N D, operations of an idle run, chips that were not
/// held or that two runs have; and a slow format, which must not make less of what could hide.
/// Caught: a query, or for the last the printed amount as before. What is filed are such figures of
/// chips of the catalogue, declared in a register; nothing of the last.
[[nodiscard]] Attempts play_impossible_figures(const Hash& seed, std::uint64_t plays,
                                               Papers papers = Papers::none);

/// More was hidden in a run than the account printed, by a thousandth of it or more, comes to
/// light, and is said to have been done there. Caught: the account with it shows a share above
/// published runs (`flop.review`), far above (`flop.implausible`) or above the peak. What is filed
/// is the run with its amendment, where it shows more than the first of these, which is a note.
[[nodiscard]] Attempts play_hidden_above(const Hash& seed, std::uint64_t plays,
                                         Papers papers = Papers::none);

/// As much as was printed or less is hidden. Caught: a query, to what is declared or to what was
/// done.
[[nodiscard]] Attempts play_hidden_within(const Hash& seed, std::uint64_t plays);

/// More is declared than was done, up to the share of published runs, so that nothing seems free
/// where work was hidden. Caught: a query, or an amount printed that is as large as that work.
[[nodiscard]] Attempts play_overstated(const Hash& seed, std::uint64_t plays);

}  // namespace muster::cli::scenario
