#pragma once

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/sql/postgres_copy.hpp"
#include "registry/alias.hpp"
#include "registry/state/text.hpp"
#include "registry/values.hpp"

// Records as rows in PostgreSQL's binary form, and back. Whoever can write into the database can
// write anything: each row ends in a check over its table and all its columns, so that no value is
// taken that was not written by a view.

namespace muster::registry {

/// The last value of each enumeration that stands in a column.
[[nodiscard]] constexpr Life largest(Life /*of*/) { return Life::out; }
[[nodiscard]] constexpr Provenance largest(Provenance /*of*/) { return Provenance::declared; }
[[nodiscard]] constexpr Place largest(Place /*of*/) { return Place::installed; }
[[nodiscard]] constexpr Transport largest(Transport /*of*/) { return Transport::returning; }
[[nodiscard]] constexpr Assurance largest(Assurance /*of*/) { return Assurance::verified; }
[[nodiscard]] constexpr AliasScheme largest(AliasScheme /*of*/) { return AliasScheme::mark; }

/// Appends a record's columns to a row.
class PgColumnWriter final {
 public:
  explicit PgColumnWriter(sql::PgRow& row) : row_(row) {}

  void operator()(const char* /*name*/, std::string_view value) { row_.add_bytes(as_bytes(value)); }
  void operator()(const char* /*name*/, const std::vector<std::string>& value) {
    row_.add_bytes(as_bytes(Json(value).dump()));
  }
  void operator()(const char* /*name*/, const Hash& value) {
    if (value == Hash{}) return row_.add_null();
    row_.add_bytes(value.view());
  }
  void operator()(const char* /*name*/, const AliasName& value) {
    row_.add_bytes(ByteView(value.bytes));
  }
  void operator()(const char* /*name*/, const Timestamp& value) { row_.add_bigint(value.ms); }
  void operator()(const char* /*name*/, std::uint32_t value) {
    if (value == no_row) return row_.add_null();
    row_.add_bigint(value);
  }
  template <class T>
  void operator()(const char* /*name*/,
                  T value) requires(std::is_integral_v<T> || std::is_enum_v<T>) {
    if constexpr (sizeof(T) == 1) {
      row_.add_smallint(static_cast<std::int16_t>(value));
    } else if constexpr (sizeof(T) == 2) {
      row_.add_integer(static_cast<std::int32_t>(value));
    } else {
      row_.add_bigint(static_cast<std::int64_t>(value));
    }
  }

 private:
  sql::PgRow& row_;
};

/// Fills a record from a row's columns; `sound` turns false at a value that cannot be.
class PgColumnReader final {
 public:
  explicit PgColumnReader(std::span<const sql::PgField> fields) : fields_(fields) {}

  void operator()(const char* /*name*/, std::string& value) { value = as_text(bytes()); }
  void operator()(const char* /*name*/, Text& value) { value = as_text(bytes()); }
  void operator()(const char* /*name*/, std::vector<std::string>& value) {
    const auto list = parse_foreign_json(as_text(bytes()));
    demand(list.has_value() && list->is_array());
    if (!sound) return;
    for (const Json& item : *list) {
      demand(item.is_string());
      if (sound) value.push_back(item.get<std::string>());
    }
  }
  void operator()(const char* /*name*/, Hash& value) {
    const sql::PgField field = next();
    if (!field) return;
    const auto hash = Hash::from_bytes(*field);
    demand(hash.has_value());
    if (hash) value = *hash;
  }
  void operator()(const char* /*name*/, AliasName& value) {
    const ByteView field = bytes();
    demand(field.size() == value.bytes.size());
    if (sound) std::ranges::copy(field, value.bytes.begin());
  }
  void operator()(const char* /*name*/, Timestamp& value) { value.ms = number(8); }
  void operator()(const char* /*name*/, std::uint32_t& value) {
    const sql::PgField field = next();
    value = no_row;
    if (!field) return;
    const auto number = field->size() == 8 ? sql::pg_integer(*field) : std::nullopt;
    demand(number && *number >= 0 && *number < std::int64_t{no_row});
    if (sound) value = static_cast<std::uint32_t>(*number);
  }
  template <class T>
  void operator()(const char* /*name*/,
                  T& value) requires(std::is_integral_v<T> || std::is_enum_v<T>) {
    const std::int64_t found = number(sizeof(T) == 1 ? 2 : sizeof(T) == 2 ? 4 : 8);
    if constexpr (sizeof(T) < 8) {
      std::int64_t most = 1;
      if constexpr (std::is_enum_v<T>) {
        most = static_cast<std::int64_t>(largest(T{}));
      } else if constexpr (!std::is_same_v<T, bool>) {
        most = std::int64_t{std::numeric_limits<T>::max()};
      }
      demand(found >= 0 && found <= most);
      if (!sound) return;
    }
    value = static_cast<T>(found);
  }

  bool sound = true;

 private:
  void demand(bool good) { sound = sound && good; }
  sql::PgField next() {
    demand(place_ < fields_.size());
    return sound ? fields_[place_++] : sql::PgField();
  }
  ByteView bytes() {
    const sql::PgField field = next();
    demand(field.has_value());
    return field.value_or(ByteView());
  }
  std::int64_t number(std::size_t size) {
    const ByteView field = bytes();
    demand(field.size() == size);
    return sql::pg_integer(field).value_or(0);
  }

  std::span<const sql::PgField> fields_;
  std::size_t place_ = 0;
};

/// What ends each row of one table: 8 bytes of
///
///     SHA-256("muster/view/v1\n" || table || "\n" || columns as in COPY's binary form)
class PgRowCheck final {
 public:
  explicit PgRowCheck(std::string_view table)
      : start_(as_bytes("muster/view/v1\n" + std::string(table) + "\n")) {}

  /// Ends `row` with its check.
  void seal(sql::PgRow& row) const { row.add_bigint(check_of(row)); }

  /// Whether the last of `fields` is the check of those before it.
  [[nodiscard]] bool holds(std::span<const sql::PgField> fields) {
    if (fields.empty() || !fields.back()) return false;
    again_.clear();
    for (const sql::PgField& field : fields.first(fields.size() - 1)) again_.add_field(field);
    return fields.back()->size() == 8 && sql::pg_integer(*fields.back()) == check_of(again_);
  }

 private:
  [[nodiscard]] std::int64_t check_of(const sql::PgRow& row) const {
    const Hash digest = start_.digest({as_bytes(row.encoded())});
    return sql::pg_integer(ByteView(digest.bytes).first(8)).value_or(0);
  }

  crypto::Sha256Midstate start_;
  sql::PgRow again_;
};

}  // namespace muster::registry
