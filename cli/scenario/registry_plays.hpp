#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "sampler/simulate/interval.hpp"

namespace muster::cli::scenario {

/// Attempts at one register, and what became of them.
struct RegistryPlayed {
  sampler::Plays plays{};
  /// How often each attempt was answered in each way: "double acceptance: release.none".
  std::map<std::string, std::uint64_t> answers{};
};

/// Plays the game of that name (`PlayFacts::game`): `plays` attempts, each on chips of its own, of
/// one register in memory. Caught: it is refused and the log is as it was, or the books show it.
/// After the last attempt the whole log is audited anew. Same seed, same answers.
/// Errors: `corrupt` if that audit finds a fault; a refusal of what is no attempt.
/// Requires: a game of the engine `registry`.
Result<RegistryPlayed> play_registry(std::string_view game, const Hash& seed, std::uint64_t plays);

}  // namespace muster::cli::scenario
