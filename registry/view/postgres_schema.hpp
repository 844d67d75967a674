#pragma once

#include <string>
#include <string_view>

#include "registry/state/state.hpp"
#include "registry/view/columns.hpp"

// How the tables of a state lie in PostgreSQL: their SQL is made from the records' own column
// lists, constants of the program.

namespace muster::registry {

inline constexpr int postgres_view_version = 2;

/// Into how many tables one that grows with the chips is parted, by a hash of the chip.
inline constexpr int postgres_view_partitions = 8;

/// How a table of the state has chips in its key.
enum class ChipKey {
  none,    ///< Rows are found by number, on one node.
  number,  ///< The number of a row is that of a chip.
  column,  ///< Each row is about one chip, the same for ever, in column `chip_n`.
};

template <class Row>
inline constexpr ChipKey chip_key_of = ChipKey::none;
template <>
inline constexpr ChipKey chip_key_of<ChipIdentity> = ChipKey::number;
template <>
inline constexpr ChipKey chip_key_of<ChipState> = ChipKey::number;
template <>
inline constexpr ChipKey chip_key_of<Custody> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<Alias> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<Held> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<Assured> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<LeasedChip> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<NotFound> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<CaseLine> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<RmaItem> = ChipKey::column;
template <>
inline constexpr ChipKey chip_key_of<FormerKey> = ChipKey::column;

/// One table: its name, its columns in order, and what it is keyed by.
struct PgTable {
  std::string name{};
  std::string number{};              ///< The column that has a row's number: "n" or "chip_n".
  std::vector<std::string> names{};  ///< Of all columns.
  std::vector<std::string> key{};    ///< Those of the primary key.
  std::string definition{};          ///< What creates it.

  /// All columns for a select or COPY, each with `prefix` before it.
  [[nodiscard]] std::string columns(std::string_view prefix = {}) const;
  /// "muster_view"."name"
  [[nodiscard]] std::string full_name() const;
  /// The same columns of the same name in the session's own table of rows to be put in.
  [[nodiscard]] std::string staging_name() const;
  /// Lays the staging table, if the session has none.
  [[nodiscard]] std::string staging_definition() const;
  /// Puts the staged rows in, in the place of those of the same key.
  [[nodiscard]] std::string upsert() const;
};

/// PostgreSQL's types. Texts are bytes: what parties signed may hold what a database's encoding
/// refuses, NUL before all.
struct PgWords {
  static constexpr const char* text = "bytea";
  static constexpr const char* bytes = "bytea";
  static constexpr const char* time = "bigint";
  static constexpr const char* integer(std::size_t size) {
    return size == 1 ? "smallint" : size == 2 ? "integer" : "bigint";
  }
};
using PgColumnNames = TypedColumns<PgWords>;

/// What a table is made of beside the columns of its record.
struct PgTableParts {
  std::string name;
  std::vector<std::string> numbers;  ///< Columns before the record's, `bigint`.
  std::vector<std::string> key;
  bool by_chip = false;  ///< Parted by column chip_n, which the key has.
};

[[nodiscard]] PgTable pg_table(const PgTableParts& parts, const PgColumnNames& columns);

/// The table of the rows that `Row` is the record of.
template <class Row>
[[nodiscard]] PgTable pg_table_of(const std::string& name) {
  PgColumnNames columns;
  const Row row{};
  Row::fields(row, columns);
  constexpr ChipKey key = chip_key_of<Row>;
  if (key == ChipKey::number) return pg_table({name, {"chip_n"}, {"chip_n"}, true}, columns);
  if (key == ChipKey::column) return pg_table({name, {"n"}, {"chip_n", "n"}, true}, columns);
  return pg_table({name, {"n"}, {"n"}, false}, columns);
}

/// The history of chips: a row for each chip and statement that changed it. What ended a state is
/// the row after it, so that rows are only added.
[[nodiscard]] const PgTable& pg_history();

/// Lays the schema `muster_view` with all its tables, and no row.
[[nodiscard]] const std::string& pg_view_script();

}  // namespace muster::registry
