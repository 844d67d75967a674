#pragma once

#include <map>
#include <optional>
#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/sql/postgres_copy.hpp"
#include "registry/values.hpp"

namespace muster::registry {

/// How far a view in PostgreSQL is, and how many rows it has: with each row's own check, nothing
/// can be taken out or put in unnoticed.
struct PgCursor {
  Bytes generation{};                           ///< Another one for each view made anew.
  Index32 size = 0;                             ///< Entries of the log that it is of.
  Hash last{};                                  ///< The last one's statement; zeros without one.
  std::uint64_t changes = 0;                    ///< Rows of the history of chips.
  std::map<std::string, std::uint64_t> rows{};  ///< Of each table that has any.

  [[nodiscard]] std::uint64_t rows_of(const std::string& table) const {
    const auto found = rows.find(table);
    return found == rows.end() ? 0 : found->second;
  }
};

/// The cursor as it is now. Errors: `corrupt` for what is no cursor.
Result<PgCursor> read_cursor(sql::PgConnection& connection);
/// The same, with its row locked until the end of the transaction.
Result<PgCursor> lock_cursor(sql::PgConnection& connection);
/// Puts `cursor` in the place of what there is.
Result<void> write_cursor(sql::PgConnection& connection, const PgCursor& cursor);

}  // namespace muster::registry
