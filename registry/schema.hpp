#pragma once

#include <string>

#include "ledger/base/json.hpp"
#include "registry/kind.hpp"

namespace muster::registry {

/// The JSON Schema (draft 2020-12) of a kind's payload, made from its row. It says what the parser
/// takes field by field; what must hold between fields and against the state is in the rules.
[[nodiscard]] Json json_schema(const Kind& kind);

/// The row of a kind in the table of registry/README.md.
[[nodiscard]] std::string readme_row(const Kind& kind);

/// The whole table of kinds in Markdown, as registry/README.md has it.
[[nodiscard]] std::string readme_table();

}  // namespace muster::registry
