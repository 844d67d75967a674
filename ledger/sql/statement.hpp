#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

struct sqlite3_stmt;

namespace muster::sql {

/// One prepared statement. Parameters and columns count from 0.
///
///     MUSTER_TRY_ASSIGN(auto find, database.prepare("select size from lot where name = ?"));
///     MUSTER_TRY_ASSIGN(const bool found, find.bind_all(name).step());
///     const std::int64_t size = find.integer(0);
///
/// Text and blobs are bound without a copy: they must live until the next `reset`, `run` or
/// `bind_all`. Requires: lives shorter than its Database. Not thread-safe.
class Statement final {
 public:
  /// Borrows `value`. Requires: index below the number of parameters.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view value);
  Statement& bind(int index, ByteView value);
  Statement& bind(int index, const Hash& value) { return bind(index, value.view()); }
  Statement& bind(int index, double value);
  Statement& bind(int index, std::nullptr_t);
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, nullptr);
  }
  /// Booleans are 0 and 1. A template, so that no pointer turns into a truth value.
  template <std::integral T>
  Statement& bind(int index, T value) {
    return bind(index, static_cast<std::int64_t>(value));
  }

  /// Starts anew with these parameters, from the first on.
  template <class... Values>
  Statement& bind_all(const Values&... values) {
    reset();
    int index = 0;
    (bind(index++, values), ...);
    return *this;
  }

  /// Goes to the next row; false when there is none. An error of a `bind` before shows here.
  /// Errors: see sqlite_error. After the last row or an error the statement starts anew.
  Result<bool> step();

  /// Binds, runs to the end, starts anew: for statements without rows.
  template <class... Values>
  Result<void> run(const Values&... values) {
    bind_all(values...);
    return run_bound();
  }

  /// Forgets rows; bound values stay until they are bound again.
  void reset();

  /// The value of a column of the present row; views live until the next `step` or `reset`.
  /// Requires: a row. A null reads as 0 or as empty.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] ByteView blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  /// None for a null: one call in most cases, where `is_null` and the value are two.
  [[nodiscard]] std::optional<std::int64_t> integer_or_null(int column) const;
  [[nodiscard]] std::optional<ByteView> blob_or_null(int column) const;

  /// What the value of a column is, whatever its declaration.
  enum class Kind { null, integer, real, text, blob };
  [[nodiscard]] Kind kind(int column) const;
  [[nodiscard]] int column_count() const;
  [[nodiscard]] std::string_view column_name(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Result<void> run_bound();
  Statement& note(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = 0;
};

/// Resets a statement at the end of its scope: a row that is still open would hold its snapshot,
/// and with it the write-ahead log.
class ResetAtEnd final {
 public:
  explicit ResetAtEnd(Statement& statement) : statement_(&statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() { statement_->reset(); }

 private:
  Statement* statement_;
};

}  // namespace muster::sql
