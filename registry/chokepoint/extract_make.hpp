#pragma once

#include "registry/chokepoint/extract.hpp"
#include "registry/exchange/resolver.hpp"
#include "registry/state/state.hpp"

namespace muster::choke {

/// The rows of an extract of `state`: hot list, open releases with their containers and licences,
/// and aliases: the hashes of the device keys, and the URIs of `aliases`.
/// Cost: all chips are visited; memory for the rows.
[[nodiscard]] ExtractTable extract_table(const registry::State& state, Scope scope,
                                         const exchange::Resolver& aliases);

}  // namespace muster::choke
