#pragma once

#include <string>
#include <vector>

#include "cli/home.hpp"

namespace muster::cli {

/// The row of the chip that somebody typed. Errors: `invalid_input`; `not_found`, which also says
/// when nobody reserved its block.
Result<registry::RowN> chip_row(const registry::State& state, const std::string& text);

/// The flags that are set in `bits`, by name.
[[nodiscard]] Json flags_json(std::uint16_t bits);

/// Such a list in words: "quarantine, rma", or a dash.
[[nodiscard]] std::string flags_text(const Json& flags);

/// The axes of a chip at one moment.
[[nodiscard]] Json axes_json(const registry::Tables& tables, const registry::ChipState& now);

/// The states of a chip within the first `size` entries, newest first: each begins with the
/// statement that made it. Errors: those of the view.
Result<std::vector<registry::ChipState>> states_of(Home& home, registry::RowN chip,
                                                   registry::Index32 size);

}  // namespace muster::cli
