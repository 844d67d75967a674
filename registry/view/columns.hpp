#pragma once

#include <algorithm>
#include <forward_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/sql/statement.hpp"
#include "registry/alias.hpp"
#include "registry/state/text.hpp"
#include "registry/values.hpp"

// How the columns that records.hpp names become SQLite's SQL, and back.

namespace muster::registry {

/// Collects the names of a record's columns, and what a database calls their types: `Words` has
/// `text`, `bytes`, `time`, and `integer` by the bytes that a value takes.
template <class Words>
class TypedColumns final {
 public:
  void operator()(const char* name, std::string_view /*value*/) { add(name, Words::text); }
  void operator()(const char* name, const std::vector<std::string>& /*value*/) {
    add(name, Words::text);
  }
  void operator()(const char* name, const Hash& /*value*/) { add(name, Words::bytes); }
  void operator()(const char* name, const AliasName& /*value*/) { add(name, Words::bytes); }
  void operator()(const char* name, const Timestamp& /*value*/) { add(name, Words::time); }
  template <class T>
  void operator()(const char* name,
                  T /*value*/) requires(std::is_integral_v<T> || std::is_enum_v<T>) {
    add(name, Words::integer(sizeof(T)));
  }

  std::vector<std::string> names;
  std::vector<std::string> types;

 private:
  void add(const char* name, const char* type) {
    names.emplace_back(name);
    types.emplace_back(type);
  }
};

/// SQLite's types.
struct SqliteWords {
  static constexpr const char* text = "text";
  static constexpr const char* bytes = "blob";
  static constexpr const char* time = "integer";
  static constexpr const char* integer(std::size_t /*bytes*/) { return "integer"; }
};
using ColumnNames = TypedColumns<SqliteWords>;

/// The columns of a record.
template <class Row>
[[nodiscard]] ColumnNames columns_of() {
  ColumnNames columns;
  const Row row{};
  Row::fields(row, columns);
  return columns;
}

/// Binds a record's columns to consecutive parameters. Text lives as long as the record.
class ColumnBinder final {
 public:
  ColumnBinder(sql::Statement& statement, int first) : statement_(statement), next_(first) {}

  void operator()(const char* /*name*/, std::string_view value) { statement_.bind(next_++, value); }
  void operator()(const char* /*name*/, const std::vector<std::string>& value) {
    lists_.push_front(Json(value).dump());
    statement_.bind(next_++, std::string_view(lists_.front()));
  }
  void operator()(const char* /*name*/, const Hash& value) {
    if (value == Hash{}) {
      statement_.bind(next_++, nullptr);
    } else {
      statement_.bind(next_++, value);
    }
  }
  void operator()(const char* /*name*/, const AliasName& value) {
    statement_.bind(next_++, ByteView(value.bytes));
  }
  void operator()(const char* /*name*/, const Timestamp& value) {
    statement_.bind(next_++, value.ms);
  }
  void operator()(const char* /*name*/, std::uint32_t value) {
    if (value == no_row) {
      statement_.bind(next_++, nullptr);
    } else {
      statement_.bind(next_++, static_cast<std::int64_t>(value));
    }
  }
  template <class T>
  void operator()(const char* /*name*/,
                  T value) requires(std::is_integral_v<T> || std::is_enum_v<T>) {
    statement_.bind(next_++, static_cast<std::int64_t>(value));
  }

 private:
  sql::Statement& statement_;
  int next_;
  std::forward_list<std::string> lists_;  // stay in place: SQLite borrows the texts
};

/// Fills a record from consecutive columns; `sound` turns false at a value that cannot be.
class ColumnReader final {
 public:
  ColumnReader(const sql::Statement& statement, int first) : statement_(statement), next_(first) {}

  void operator()(const char* /*name*/, std::string& value) { value = statement_.text(next_++); }
  void operator()(const char* /*name*/, Text& value) { value = statement_.text(next_++); }
  void operator()(const char* /*name*/, std::vector<std::string>& value) {
    const auto list = parse_foreign_json(statement_.text(next_++));
    sound = sound && list.has_value() && list->is_array();
    if (!sound) return;
    for (const Json& item : *list) {
      sound = sound && item.is_string();
      if (sound) value.push_back(item.get<std::string>());
    }
  }
  void operator()(const char* /*name*/, Hash& value) {
    const auto bytes = statement_.blob_or_null(next_++);
    if (!bytes) return;
    const auto hash = Hash::from_bytes(*bytes);
    sound = sound && hash.has_value();
    if (hash) value = *hash;
  }
  void operator()(const char* /*name*/, AliasName& value) {
    const auto bytes = statement_.blob_or_null(next_++);
    sound = sound && bytes && bytes->size() == value.bytes.size();
    if (sound) std::ranges::copy(*bytes, value.bytes.begin());
  }
  void operator()(const char* /*name*/, Timestamp& value) {
    value.ms = statement_.integer(next_++);
  }
  void operator()(const char* /*name*/, std::uint32_t& value) {
    const auto number = statement_.integer_or_null(next_++);
    if (!number) {
      value = no_row;
      return;
    }
    sound = sound && *number >= 0 && *number <= std::numeric_limits<std::uint32_t>::max();
    value = static_cast<std::uint32_t>(*number);
  }
  template <class T>
  void operator()(const char* /*name*/,
                  T& value) requires(std::is_integral_v<T> || std::is_enum_v<T>) {
    value = static_cast<T>(statement_.integer(next_++));
  }

  bool sound = true;

 private:
  const sql::Statement& statement_;
  int next_;
};

}  // namespace muster::registry
