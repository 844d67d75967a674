#include "ledger/sql/error.hpp"

#include <sqlite3.h>

namespace muster::sql {
namespace {

Errc kind_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return Errc::conflict;
    case SQLITE_TOOBIG:
      return Errc::invalid_input;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_FORMAT:
      return Errc::corrupt;
    default:
      return Errc::unavailable;
  }
}

}  // namespace

Error sqlite_error(sqlite3* database, int code, const std::string& what) {
  const bool has_own_words =
      database != nullptr && (sqlite3_errcode(database) & 0xFF) == (code & 0xFF);
  const std::string reason = has_own_words ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  return Error{kind_of(code), what + ": " + reason + " (sqlite " + std::to_string(code) + ")", {}};
}

}  // namespace muster::sql
