#include "registry/view/postgres_schema.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

std::string quoted(const std::string& name) { return '"' + name + '"'; }

std::string quoted_list(const std::vector<std::string>& names, std::string_view prefix = {}) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += prefix;
    text += quoted(name);
  }
  return text;
}

/// What an upsert sets: all but the key. Engines that distribute rows by a column let nobody set
/// it, not even to what it is.
std::string assignments(const PgTable& table) {
  std::string text;
  for (const std::string& name : table.names) {
    if (std::ranges::find(table.key, name) != table.key.end()) continue;
    text += (text.empty() ? "" : ", ") + quoted(name) + " = excluded." + quoted(name);
  }
  return text;
}

/// The definitions of all columns: numbers, those of the record, and the row's check.
std::string column_types(const PgTableParts& parts, const PgColumnNames& columns) {
  std::string sql;
  for (const std::string& number : parts.numbers) {
    const bool may_lack = number == "previous_index";
    sql += quoted(number) + " bigint" + (may_lack ? ", " : " not null, ");
  }
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    const bool in_key = std::ranges::find(parts.key, columns.names[i]) != parts.key.end();
    sql += quoted(columns.names[i]) + ' ' + columns.types[i] + (in_key ? " not null, " : ", ");
  }
  return sql + "row_check bigint not null";
}

std::string partitions_of(const PgTable& table) {
  std::string sql;
  for (int i = 0; i < postgres_view_partitions; ++i) {
    sql += "create table muster_view." + quoted(table.name + "_" + std::to_string(i)) +
           " partition of " + table.full_name() + " for values with (modulus " +
           std::to_string(postgres_view_partitions) + ", remainder " + std::to_string(i) + ");\n";
  }
  return sql;
}

std::string pg_script() {
  std::string sql =
      "create schema muster_view;\n"
      "create table muster_view.version (number bigint not null primary key);\n"
      "insert into muster_view.version (number) values (" +
      std::to_string(postgres_view_version) +
      ");\n"
      "create table muster_view.cursor (one bigint not null default 1 primary key check (one = 1), "
      "generation bytea not null, size bigint not null, last_statement bytea, "
      "changes bigint not null, sizes bytea not null, row_check bigint not null);\n";
  const Tables tables;
  Tables::each(tables, [&](const std::string& name, const auto& table) {
    sql += pg_table_of<typename std::remove_cvref_t<decltype(table)>::Row>(name).definition;
  });
  return sql + pg_history().definition;
}

}  // namespace

std::string PgTable::full_name() const { return "muster_view." + quoted(name); }

std::string PgTable::staging_name() const { return "pg_temp." + quoted("staged_" + name); }

std::string PgTable::staging_definition() const {
  return "create temporary table if not exists " + quoted("staged_" + name) + " (like " +
         full_name() + ") on commit delete rows";
}

std::string PgTable::columns(std::string_view prefix) const { return quoted_list(names, prefix); }

std::string PgTable::upsert() const {
  return "insert into " + full_name() + " (" + columns() + ") select " + columns() + " from " +
         staging_name() + " on conflict (" + quoted_list(key) + ") do update set " +
         assignments(*this);
}

PgTable pg_table(const PgTableParts& parts, const PgColumnNames& columns) {
  PgTable table{.name = parts.name,
                .number = parts.numbers.front(),
                .names = parts.numbers,
                .key = parts.key};
  table.names.insert(table.names.end(), columns.names.begin(), columns.names.end());
  table.names.emplace_back("row_check");
  table.definition = "create table " + table.full_name() + " (" + column_types(parts, columns) +
                     ", primary key (" + quoted_list(table.key) + "))";
  table.definition += parts.by_chip ? " partition by hash (chip_n);\n" : ";\n";
  if (parts.by_chip) table.definition += partitions_of(table);
  return table;
}

const PgTable& pg_history() {
  static const PgTable table = [] {
    PgColumnNames columns;
    const ChipState row{};
    ChipState::fields(row, columns);
    return pg_table(
        {"chip_state", {"chip_n", "from_index", "previous_index"}, {"chip_n", "from_index"}, true},
        columns);
  }();
  return table;
}

const std::string& pg_view_script() {
  static const std::string text = pg_script();
  return text;
}

}  // namespace muster::registry
