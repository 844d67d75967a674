#pragma once

#include <span>
#include <string>
#include <string_view>
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

/// The chips of such a file's text, `name` being the file's name as messages say it.
/// Errors: `invalid_input` with file, line and column.
Result<std::vector<registry::StatementChip>> chips_of_table(
    std::string_view text, const std::string& name, std::span<const registry::Field> columns);

}  // namespace muster::cli
