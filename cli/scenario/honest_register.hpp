#pragma once

#include <cstdint>

#include "cli/scenario/attempts.hpp"
#include "cli/scenario/world_terms.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

namespace muster::cli::scenario {

/// What goes wrong among honest parties, `plays` times in turn on chips of their own: partial and
/// late receipts, goods refused, short and over, broken seals, failed chips and their replacements,
/// mistyped serials, wrong statements, moves in the racks, sales, mergers, new keys, losses. Each
/// is put right as the parties would. Caught, here the good end: every statement of theirs was
/// taken, and afterwards nothing is held against anybody that was not before: no finding, case,
/// dispute or clock, and no chip in U. Afterwards the whole log is audited anew. Same seed, same
/// answers. Errors: `corrupt` if that audit finds a fault; those of the store.
Result<Attempts> play_honest_register(const Hash& seed, std::uint64_t plays,
                                      const RegisterTerms& terms = {});

}  // namespace muster::cli::scenario
