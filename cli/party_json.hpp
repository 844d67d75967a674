#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/home.hpp"

namespace muster::cli {

/// The roles in a set, by name.
[[nodiscard]] std::vector<std::string> role_names(registry::RoleSet set);

/// The entry by which each party that has a successor got it, by the party's id.
using Successions = std::map<std::string, registry::Index32>;
/// The tables do not keep them: they are read from the log, each once. Errors: those of the log.
Result<Successions> party_successions(Home& home);

[[nodiscard]] Json party_json(const registry::State& state, registry::RowN n,
                              const Successions& successions);
/// The keys of a party with their validity.
[[nodiscard]] Json party_keys_json(const registry::State& state, registry::RowN party);
[[nodiscard]] Json site_json(const registry::State& state, const registry::Site& site);

}  // namespace muster::cli
