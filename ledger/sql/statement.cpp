#include "ledger/sql/statement.hpp"

#include <sqlite3.h>

#include "ledger/base/check.hpp"
#include "ledger/sql/error.hpp"

namespace muster::sql {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::note(int code) {
  // Misuse and a parameter that does not exist are bugs; only size and memory are the world's.
  MUSTER_CHECK(code == SQLITE_OK || code == SQLITE_TOOBIG || code == SQLITE_NOMEM);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  return note(sqlite3_bind_int64(statement_.get(), index + 1, value));
}

Statement& Statement::bind(int index, double value) {
  return note(sqlite3_bind_double(statement_.get(), index + 1, value));
}

Statement& Statement::bind(int index, std::nullptr_t) {
  return note(sqlite3_bind_null(statement_.get(), index + 1));
}

Statement& Statement::bind(int index, std::string_view value) {
  // A null pointer would bind null instead of the empty text.
  const char* const data = value.data() == nullptr ? "" : value.data();
  return note(sqlite3_bind_text64(statement_.get(), index + 1, data, value.size(), SQLITE_STATIC,
                                  SQLITE_UTF8));
}

Statement& Statement::bind(int index, ByteView value) {
  if (value.empty()) return note(sqlite3_bind_zeroblob(statement_.get(), index + 1, 0));
  return note(
      sqlite3_bind_blob64(statement_.get(), index + 1, value.data(), value.size(), SQLITE_STATIC));
}

Result<bool> Statement::step() {
  const int code = bind_error_ != 0 ? bind_error_ : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  Error error = sqlite_error(sqlite3_db_handle(statement_.get()), code, "database");
  reset();
  return failure(std::move(error));
}

Result<void> Statement::run_bound() {
  while (true) {
    MUSTER_TRY_ASSIGN(const bool row, step());
    if (!row) return {};
  }
}

void Statement::reset() {
  bind_error_ = 0;
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::integer_or_null(int column) const {
  const std::int64_t value = integer(column);
  // Asking for the type costs as much as asking for the value, and null reads as 0.
  if (value == 0 && is_null(column)) return std::nullopt;
  return value;
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

std::string_view Statement::text(int column) const {
  const unsigned char* const data = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return as_text(ByteView(data, static_cast<std::size_t>(size)));
}

std::optional<ByteView> Statement::blob_or_null(int column) const {
  const ByteView value = blob(column);
  if (value.empty() && is_null(column)) return std::nullopt;
  return value;
}

ByteView Statement::blob(int column) const {
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const { return kind(column) == Kind::null; }

Statement::Kind Statement::kind(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return Kind::integer;
    case SQLITE_FLOAT:
      return Kind::real;
    case SQLITE_TEXT:
      return Kind::text;
    case SQLITE_BLOB:
      return Kind::blob;
    default:
      return Kind::null;
  }
}

int Statement::column_count() const { return sqlite3_column_count(statement_.get()); }

std::string_view Statement::column_name(int column) const {
  return sqlite3_column_name(statement_.get(), column);
}

}  // namespace muster::sql
