#pragma once

#include <string_view>

#include "cli/scenario/attempts.hpp"
#include "cli/scenario/world_terms.hpp"
#include "ledger/base/hash.hpp"

namespace muster::cli::scenario {

/// Plays the game of that name (`PlayFacts::game`): `plays` attempts with runs that are trained, or
/// figures that are declared, held to what `attest replay` and `attest account` hold them to.
/// Same seed, same attempts. Requires: a game of the engine `declarations`.
[[nodiscard]] Attempts play_declarations(std::string_view game, const Hash& seed,
                                         std::uint64_t plays, const RunTerms& terms = {},
                                         Papers papers = Papers::none);

}  // namespace muster::cli::scenario
