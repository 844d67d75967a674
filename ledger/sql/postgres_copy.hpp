#pragma once

#include "ledger/sql/postgres.hpp"

namespace muster::sql {

/// One row in the binary form of COPY, put together column by column.
class PgRow final {
 public:
  void clear();
  void add_null();
  void add_bigint(std::int64_t value) { add_number(value, 8); }
  void add_integer(std::int32_t value) { add_number(value, 4); }
  void add_smallint(std::int16_t value) { add_number(value, 2); }
  void add_bytes(ByteView value);
  void add_field(const PgField& field);

  [[nodiscard]] std::size_t columns() const { return columns_; }
  /// All columns so far, each with its length before it.
  [[nodiscard]] std::string_view encoded() const { return encoded_; }

 private:
  void add_number(std::int64_t value, unsigned bytes);
  void add_length(std::size_t bytes);

  std::string encoded_;
  std::size_t columns_ = 0;
};

/// Many rows into one table, by COPY in its binary form. Abandoned unless ended: then the
/// transaction around it has failed.
///
///     MUSTER_TRY_ASSIGN(PgCopy rows, PgCopy::begin(connection, "copy lot (id, name) from stdin
///     (format binary)")); MUSTER_TRY(rows.row(id, name)); MUSTER_TRY(rows.end());
///
/// Source of the form: PostgreSQL 15, COPY, "Binary Format".
class PgCopy final {
 public:
  /// Requires: `connection` outlives this object and does nothing else meanwhile.
  static Result<PgCopy> begin(PgConnection& connection, const char* statement);
  PgCopy(PgCopy&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)),
        pending_(std::move(other.pending_)) {}
  PgCopy& operator=(PgCopy&&) = delete;
  PgCopy(const PgCopy&) = delete;
  PgCopy& operator=(const PgCopy&) = delete;
  ~PgCopy();

  /// One row, in the order of the statement's columns.
  template <class... Values>
  Result<void> row(const Values&... values) {
    append_number(sizeof...(Values), 2);
    const PgValues fields(values...);
    for (const PgValues::Item& item : fields.items()) append_field(item);
    return pending_.size() < flush_bytes ? Result<void>() : flush();
  }

  /// The same, of a row that was put together before.
  Result<void> row(const PgRow& row);

  /// Errors: as of statements, also those of rows that came long before.
  Result<void> end();

 private:
  static constexpr std::size_t flush_bytes = std::size_t{1} << 18U;

  explicit PgCopy(PgConnection& connection) : connection_(&connection) {}
  void append_number(std::size_t value, unsigned bytes);
  void append_field(const PgValues::Item& item);
  Result<void> flush();
  Result<void> finish(const char* abandoned);

  PgConnection* connection_;
  std::string pending_;
};

}  // namespace muster::sql
