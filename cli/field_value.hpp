#pragma once

#include <string>

#include "ledger/base/json.hpp"
#include "registry/field.hpp"

namespace muster::cli {

/// The JSON value that a person means by `text` in a field of this type. Lists are separated by
/// commas, windows are FROM..TO, records are JSON text or @FILE. The registry still judges it.
/// Errors: `invalid_input`, `not_found` for an @FILE.
[[nodiscard]] Result<Json> field_value(const registry::Field& field, const std::string& text);

/// What a person may write there, for a verb's help.
[[nodiscard]] std::string field_help(const registry::Field& field);

}  // namespace muster::cli
