#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace muster::bench {

/// Rows of one table of a file: those of the first chips.
struct RowSource {
  std::string table;
  std::string condition;  ///< SQL after "where", over the table's columns.
};

struct RawInsert {
  std::uint64_t rows = 0;
  double core_s = 0;
  double wall_s = 0;
};

/// Writes rows of the view at `view` and of the log at `log` into a new file at `copy`, which has
/// the same tables and indexes and no triggers, by prepared inserts in transactions of 200,000
/// rows: what keeping the same rows costs anybody. Reading them is not counted.
[[nodiscard]] RawInsert raw_insert(const std::filesystem::path& view,
                                   const std::filesystem::path& log,
                                   std::span<const RowSource> view_rows,
                                   std::span<const RowSource> log_rows,
                                   const std::filesystem::path& copy);

}  // namespace muster::bench
