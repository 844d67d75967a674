#pragma once

#include <string_view>

#include "cli/scenario/attempts.hpp"
#include "cli/scenario/world_terms.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

namespace muster::cli::scenario {

/// Plays the game of that name (`PlayFacts::game`): `plays` attempts, each on chips of its own, of
/// one register in memory. Caught: it is refused and the log is as it was, or the books show it.
/// After the last attempt the whole log is audited anew. Same seed, same answers.
/// Errors: `corrupt` if that audit finds a fault; a refusal of what is no attempt.
/// Requires: a game of the engine `registry`.
Result<Attempts> play_registry(std::string_view game, const Hash& seed, std::uint64_t plays,
                               const RegisterTerms& terms = {}, Papers papers = Papers::none);

}  // namespace muster::cli::scenario
