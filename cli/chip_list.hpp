#pragma once

#include <span>
#include <string>
#include <vector>

#include "registry/field.hpp"
#include "registry/statement.hpp"

namespace muster::cli {

/// The chips that an option names: ids separated by commas as a person types them, or `@FILE` with
/// a CSV table whose column `chip` has the ids and whose other columns are those of the kind, or
/// with NDJSON, an object on each line that has them as members. Each line is judged as the kind's
/// table wants it, and no chip may stand twice.
/// Errors: `invalid_input` with file, line and column; `not_found`.
Result<std::vector<registry::StatementChip>> chip_list(const std::string& text,
                                                       std::span<const registry::Field> columns);

}  // namespace muster::cli
