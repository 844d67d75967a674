#pragma once

#include "ledger/sql/postgres.hpp"

namespace muster::sql {

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
