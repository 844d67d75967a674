#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"

namespace muster::sampler {

/// A row of a table about positions, and the line on which it begins.
struct FloorRow {
  std::uint64_t line;
  std::vector<std::string> fields;  ///< by the columns asked for; empty where the row says nothing
};

/// The rows of CSV with a header, or of NDJSON (an object of texts on each line): NDJSON if the
/// first byte is `{`. A row may lack columns and have no others.
/// Errors: `invalid_input` with file and line: malformed, an unknown or a doubled column, a value
/// that is no text, no rows at all, more than ten million.
Result<std::vector<FloorRow>> read_floor_rows(std::string_view text, const std::string& file,
                                              std::span<const std::string_view> columns);

/// The failure that names file and line.
[[nodiscard]] tl::unexpected<Error> bad_row(const std::string& file, std::uint64_t line,
                                            const std::string& message);

/// The position that a row names, by `position` alone or by `rack` and `slot`, which make
/// "rack/slot". Errors: `invalid_input` with file and line: neither or both, control characters,
/// blanks at an end, more than 120 bytes.
Result<std::string> position_of(const FloorRow& row, const std::string& file);

/// The columns that `position_of` reads, first among those of every table.
inline constexpr std::size_t position_columns = 3;

}  // namespace muster::sampler
