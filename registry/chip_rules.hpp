#pragma once

#include "registry/rules.hpp"

namespace muster::registry {

/// Fills `found.chips` and `found.holder` from the event's subjects.
/// Errors: `refused`: `chip.unknown`, `holder.unknown`, `subjects.empty`.
Result<void> find_subjects(Case& found);

/// Checks `expects` and the kind's `needs` for every chip.
/// Errors: `refused`, naming the first chip at fault, its state and what was wanted.
Result<void> check_chips(const Case& found);

/// "entry 17 (accept, <hash>)".
[[nodiscard]] std::string entry_text(const State& state, Index32 index);

/// The refusal of an id that the statement at `index` gave to something else.
[[nodiscard]] tl::unexpected<Error> id_in_use(const State& state, std::string rule,
                                              const std::string& id, Index32 index);

/// "chip <id> is <display>, in custody of <party>", for messages.
[[nodiscard]] std::string chip_text(const State& state, RowN chip);

}  // namespace muster::registry
