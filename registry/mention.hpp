#pragma once

#include <vector>

#include "registry/rules.hpp"

namespace muster::registry {

/// Whether a statement of this kind may name a chip that it does not move: it observes, takes
/// something back, goes on with what an earlier one opened, or has a chip in its body.
[[nodiscard]] bool may_name_chips(const Kind& kind);

/// Whether it names what an earlier statement opened: a query or a finding.
[[nodiscard]] bool goes_on(std::string_view kind);

/// Adds to the state which chips the statement under way names and does not move: those of its
/// subjects, those that stand in its container, and those whose ids stand anywhere in its words;
/// of an answer or a closing, those that the opening named.
/// Requires: its effect is done.
void add_mentions(State& state, const Case& found);

/// The statements with index below `size` that name the chip so, in order. They may be a few more
/// than do: a container may have been another one's by then.
/// Cost: one look at each run of chips since the chip was made, some ns.
[[nodiscard]] std::vector<Index32> mentions_of(const State& state, RowN chip, Index32 size);

}  // namespace muster::registry
