#include "ledger/sql/postgres_copy.hpp"

#include <libpq-fe.h>

#include "ledger/base/check.hpp"
#include "ledger/sql/postgres_error.hpp"

namespace muster::sql {
namespace {

// Signature, flags, and the length of an extension that there is none of.
constexpr std::string_view copy_header("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view copy_trailer("\377\377", 2);

}  // namespace

void PgRow::clear() {
  encoded_.clear();
  columns_ = 0;
}

void PgRow::add_length(std::size_t bytes) {
  for (unsigned i = 4; i-- > 0;) {
    encoded_.push_back(static_cast<char>((bytes >> (8U * i)) & 0xFFU));
  }
  ++columns_;
}

void PgRow::add_null() { add_length(0xFFFFFFFFU); }

void PgRow::add_number(std::int64_t value, unsigned bytes) {
  add_length(bytes);
  const auto bits = static_cast<std::uint64_t>(value);
  for (unsigned i = bytes; i-- > 0;) {
    encoded_.push_back(static_cast<char>((bits >> (8U * i)) & 0xFFU));
  }
}

void PgRow::add_bytes(ByteView value) {
  add_length(value.size());
  encoded_ += as_text(value);
}

void PgRow::add_field(const PgField& field) {
  if (field) {
    add_bytes(*field);
  } else {
    add_null();
  }
}

Result<PgCopy> PgCopy::begin(PgConnection& connection, const char* statement) {
  MUSTER_TRY(connection.run_script(statement));
  PgCopy copy(connection);
  copy.pending_ = copy_header;
  return copy;
}

PgCopy::~PgCopy() {
  if (connection_ != nullptr) static_cast<void>(finish("abandoned"));
}

void PgCopy::append_number(std::size_t value, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;) {
    pending_.push_back(static_cast<char>((value >> (8U * i)) & 0xFFU));
  }
}

void PgCopy::append_field(const PgValues::Item& item) {
  append_number(static_cast<std::size_t>(item.size), 4);
  pending_.append(item.data, static_cast<std::size_t>(item.size));
}

Result<void> PgCopy::row(const PgRow& row) {
  append_number(row.columns(), 2);
  pending_ += row.encoded();
  return pending_.size() < flush_bytes ? Result<void>() : flush();
}

Result<void> PgCopy::flush() {
  pg_conn* const raw = connection_->connection_.get();
  if (PQputCopyData(raw, pending_.data(), static_cast<int>(pending_.size())) != 1) {
    return failure(connection_error(raw, Errc::unavailable));
  }
  pending_.clear();
  return {};
}

Result<void> PgCopy::end() {
  MUSTER_CHECK(connection_ != nullptr);
  pending_ += copy_trailer;
  MUSTER_TRY(flush());
  return finish(nullptr);
}

Result<void> PgCopy::finish(const char* abandoned) {
  PgConnection& connection = *std::exchange(connection_, nullptr);
  pg_conn* const raw = connection.connection_.get();
  if (PQputCopyEnd(raw, abandoned) != 1) {
    return failure(connection_error(raw, Errc::unavailable));
  }
  Result<void> outcome;
  while (pg_result* const answer = PQgetResult(raw)) {
    auto judged = connection.judged(answer);
    if (!judged && outcome) outcome = failure(std::move(judged.error()));
  }
  return outcome;
}

}  // namespace muster::sql
