#pragma once

#include "registry/state/state.hpp"

namespace muster::registry {

/// What a state commitment holds.
struct StateRoots {
  std::uint64_t chips = 0;
  Hash root;        ///< RFC 6962 over `state_leaf` of every chip, in order of registration.
  Hash custodians;  ///< RFC 6962 over one leaf per party with chips, by rising party id.
};

/// The leaf of one chip: SHA-256("muster/state/leaf/v1\n" || canonical JSON of id, custodian, site,
/// life, place, transport, flags, assurance and last statement).
[[nodiscard]] Hash state_leaf(const State& state, RowN chip);

/// The leaf of one custodian: SHA-256("muster/state/custodian/v1\n" || canonical JSON of party,
/// count, tpp and the RFC 6962 root over its chip ids' 16 bytes, each hashed, by rising id).
[[nodiscard]] Hash custodian_leaf(const State& state, RowN party);

/// Cost: about 2 µs a chip.
[[nodiscard]] StateRoots state_roots(const State& state);

}  // namespace muster::registry
