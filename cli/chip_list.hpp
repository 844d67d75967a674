#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/field.hpp"
#include "registry/statement.hpp"

namespace muster::cli {

/// Which chip a text means. Errors: `invalid_input`, `not_found`; the message says which text.
using ChipReader = std::function<Result<ChipId>(const std::string&)>;

/// Whether a table without a chip is an answer, as of what was found, or a mistake.
enum class EmptyTable : std::uint8_t { refused, taken };

/// The chips that an option names: separated by commas as a person types them, or `@FILE` with a
/// CSV table whose column `chip` names them and whose other columns are those of the kind, or with
/// NDJSON, an object on each line that has them as members. Each line is judged as the kind's table
/// wants it, with texts that a manifest can hold, and no chip may stand twice. `reader` says which
/// chip a text means; without one, texts are ids; `option` is what messages call it. Errors:
/// `invalid_input` with file, line and column; `not_found`.
Result<std::vector<registry::StatementChip>> chip_list(
    const std::string& text, std::span<const registry::Field> columns,
    const ChipReader& reader = ChipId::parse_typed, const std::string& option = "--chips",
    EmptyTable empty = EmptyTable::refused);

/// The chips of such a file's text, `name` being the file's name as messages say it.
/// Errors: `invalid_input` with file, line and column.
Result<std::vector<registry::StatementChip>> chips_of_table(
    std::string_view text, const std::string& name, std::span<const registry::Field> columns,
    const ChipReader& reader = ChipId::parse_typed);

}  // namespace muster::cli
