#include "ledger/sql/postgres_copy_out.hpp"

#include <libpq-fe.h>

#include "ledger/base/check.hpp"
#include "ledger/sql/postgres_error.hpp"

namespace muster::sql {
namespace {

// Signature and flags; the length of an extension follows.
constexpr std::string_view copy_out_header("PGCOPY\n\377\r\n\0\0\0\0\0", 15);
constexpr std::uint32_t no_more_rows = 0xFFFF;
constexpr std::uint32_t null_length = 0xFFFFFFFF;

Error not_of_the_form() { return {Errc::corrupt, "database: rows that are no COPY", {}}; }

struct FreeCancel {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};

}  // namespace

Result<PgCopyOut> PgCopyOut::begin(PgConnection& connection, const char* statement) {
  MUSTER_TRY(connection.run_script(statement));
  PgCopyOut copy(connection);
  MUSTER_TRY(copy.take_header());
  return copy;
}

PgCopyOut::~PgCopyOut() {
  if (connection_ == nullptr) return;
  const std::unique_ptr<PGcancel, FreeCancel> cancel(PQgetCancel(connection_->connection_.get()));
  std::array<char, 256> words{};
  if (cancel) PQcancel(cancel.get(), words.data(), static_cast<int>(words.size()));
  static_cast<void>(finish());
}

/// One more message of the server.
Result<void> PgCopyOut::receive() {
  if (connection_ == nullptr) return failure(not_of_the_form());
  char* data = nullptr;
  const int size = PQgetCopyData(connection_->connection_.get(), &data, 0);
  if (size > 0) {
    pending_.append(data, static_cast<std::size_t>(size));
    PQfreemem(data);
    return {};
  }
  MUSTER_TRY(finish());
  return failure(not_of_the_form());  // it ended in the middle
}

/// The place of the next `bytes` bytes, which have come by then.
Result<std::size_t> PgCopyOut::take(std::size_t bytes) {
  while (pending_.size() - read_ < bytes) MUSTER_TRY(receive());
  return std::exchange(read_, read_ + bytes);
}

Result<std::uint32_t> PgCopyOut::take_number(unsigned bytes) {
  MUSTER_TRY_ASSIGN(const std::size_t place, take(bytes));
  std::uint32_t number = 0;
  for (const char byte : std::string_view(pending_).substr(place, bytes)) {
    number = (number << 8U) | static_cast<std::uint8_t>(byte);
  }
  return number;
}

Result<void> PgCopyOut::take_header() {
  MUSTER_TRY_ASSIGN(const std::size_t place, take(copy_out_header.size()));
  if (std::string_view(pending_).substr(place, read_ - place) != copy_out_header) {
    return failure(not_of_the_form());
  }
  MUSTER_TRY_ASSIGN(const std::uint32_t extension, take_number(4));
  MUSTER_TRY(take(extension));
  return {};
}

Result<bool> PgCopyOut::next() {
  fields_.clear();
  if (connection_ == nullptr) return false;
  pending_.erase(0, std::exchange(read_, 0));
  MUSTER_TRY_ASSIGN(const std::uint32_t columns, take_number(2));
  if (columns == no_more_rows) {
    MUSTER_TRY(finish());
    return false;
  }
  places_.clear();
  for (std::uint32_t i = 0; i < columns; ++i) {
    MUSTER_TRY_ASSIGN(const std::uint32_t length, take_number(4));
    const bool is_null = length == null_length;
    MUSTER_TRY_ASSIGN(const std::size_t place, take(is_null ? 0 : length));
    places_.push_back({place, length, is_null});
  }
  // Only now do the bytes stay where they are.
  const std::string_view all(pending_);
  for (const Place& one : places_) {
    fields_.push_back(one.is_null ? PgField() : as_bytes(all.substr(one.begin, one.length)));
  }
  return true;
}

Result<void> PgCopyOut::finish() {
  PgConnection& connection = *std::exchange(connection_, nullptr);
  pg_conn* const raw = connection.connection_.get();
  char* data = nullptr;
  while (PQgetCopyData(raw, &data, 0) > 0) {
    PQfreemem(data);
    data = nullptr;
  }
  Result<void> outcome;
  while (pg_result* const answer = PQgetResult(raw)) {
    auto judged = connection.judged(answer);
    if (!judged && outcome) outcome = failure(std::move(judged.error()));
  }
  return outcome;
}

}  // namespace muster::sql
