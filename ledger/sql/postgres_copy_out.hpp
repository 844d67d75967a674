#pragma once

#include <span>

#include "ledger/sql/postgres.hpp"

namespace muster::sql {

/// The rows of one query, of which only a few are in memory at a time, by COPY in its binary form.
///
///     MUSTER_TRY_ASSIGN(PgCopyOut rows, PgCopyOut::begin(connection, "copy (select id from lot
///     order by id) to stdout (format binary)"));
///     while (true) { MUSTER_TRY_ASSIGN(const bool more, rows.next()); if (!more) break; … }
///
/// Given up before the last row, it stops the server, and the transaction around it has failed.
/// Source of the form: PostgreSQL 15, COPY, "Binary Format".
class PgCopyOut final {
 public:
  /// Requires: `connection` outlives this object and does nothing else meanwhile.
  static Result<PgCopyOut> begin(PgConnection& connection, const char* statement);
  PgCopyOut(PgCopyOut&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)),
        pending_(std::move(other.pending_)),
        read_(other.read_),
        fields_(std::move(other.fields_)) {}
  PgCopyOut& operator=(PgCopyOut&&) = delete;
  PgCopyOut(const PgCopyOut&) = delete;
  PgCopyOut& operator=(const PgCopyOut&) = delete;
  ~PgCopyOut();

  /// Goes to the next row; false when there is none. Errors: `corrupt` for bytes that are not of
  /// this form; as of statements.
  Result<bool> next();

  /// The columns of the present row; they live until the next call.
  [[nodiscard]] std::span<const PgField> fields() const { return fields_; }

 private:
  struct Place {
    std::size_t begin;
    std::uint32_t length;
    bool is_null;
  };

  explicit PgCopyOut(PgConnection& connection) : connection_(&connection) {}
  Result<std::size_t> take(std::size_t bytes);
  Result<std::uint32_t> take_number(unsigned bytes);
  Result<void> receive();
  Result<void> take_header();
  Result<void> finish();

  PgConnection* connection_;
  std::string pending_;
  std::size_t read_ = 0;  // of `pending_`
  std::vector<PgField> fields_{};
  std::vector<Place> places_{};
};

}  // namespace muster::sql
