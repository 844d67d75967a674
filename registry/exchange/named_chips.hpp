#pragma once

#include <vector>

#include "ledger/base/json.hpp"
#include "registry/alias.hpp"
#include "registry/exchange/resolver.hpp"
#include "registry/state/state.hpp"

namespace muster::exchange {

/// A name by which an event of another system calls a chip. Of a GS1 key, what the alias table has
/// for it, so that a chip is found which got the key after the event came; of an id, the first 16
/// bytes of SHA-256("muster/capture/chip/v1\n", the id).
using ChipName = registry::AliasName;

[[nodiscard]] ChipName name_of_chip(const ChipId& chip);

/// All names of single things in an EPCIS event that are, or may become, those of chips: what
/// `resolver` knows as a chip, and every GS1 key. Each once.
[[nodiscard]] std::vector<ChipName> chips_named(const Json& event, const Resolver& resolver);

/// Every name by which events may call the chip: its id, and the GS1 keys that it bears.
[[nodiscard]] std::vector<ChipName> names_of_chip(const registry::State& state,
                                                  registry::RowN chip);

}  // namespace muster::exchange
