#pragma once

#include "registry/state/state.hpp"

// What holds of every state, whatever led to it. Each ends the test where it does not hold.

namespace muster::test {

/// 1 and 5, and what follows from the axes of one chip.
void check_chip(const registry::State& state, registry::RowN chip);
/// 2, 3 and 13: every chip of a shipment went one way and no other.
void check_shipments(const registry::State& state);
/// 10: the sums of every licence and cap, made again from the draws alone, and under their limits.
void check_caps(const registry::State& state);
/// 6, 10 and 13 over all tables.
void check_books(const registry::State& state);

}  // namespace muster::test
