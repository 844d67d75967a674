#include "ledger/sql/postgres.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <bit>

#include "ledger/base/check.hpp"
#include "ledger/sql/postgres_error.hpp"

namespace muster::sql {
namespace {

// Object ids of types: frozen, src/include/catalog/pg_type.dat.
constexpr unsigned type_bytea = 17;
constexpr unsigned type_bigint = 20;
constexpr unsigned type_text = 25;
constexpr unsigned type_bigint_array = 1016;

constexpr int binary = 1;

void keep_warning(void* kept, const PGresult* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  if (severity == nullptr || message == nullptr || std::string_view(severity) != "WARNING") return;
  *static_cast<std::string*>(kept) = message;
}

std::array<char, 8> big_endian(std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value);
  std::array<char, 8> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; bits >>= 8U) {
    bytes[i] = static_cast<char>(bits & 0xFFU);
  }
  return bytes;
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

Result<void> check_url(const std::string& url) {
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(url.c_str(), &problem));
  // Its words may repeat the password.
  PQfreemem(problem);
  if (options) return {};
  return failure(Errc::invalid_input,
                 "database: not a URL that libpq takes: want postgres://[USER@]HOST[:PORT]/NAME");
}

/// A view of nothing has no address, and libpq takes none for null.
const char* address_of(const char* data) { return data == nullptr ? "" : data; }

}  // namespace

void PgValues::add(std::int64_t value) {
  numbers_.push_back(big_endian(value));
  items_.push_back({type_bigint, numbers_.back().data(), 8});
}

void PgValues::add(std::string_view value) {
  items_.push_back({type_text, address_of(value.data()), static_cast<int>(value.size())});
}

// Source of the form: PostgreSQL 15, array_recv: dimensions, whether there are nulls, type of the
// elements, length and first number of the one dimension, elements.
void PgValues::add(std::span<const std::int64_t> values) {
  std::string& array = arrays_.emplace_back();
  const auto append = [&array](std::int64_t value, std::size_t bytes) {
    const auto all = big_endian(value);
    array.append(all.data() + (all.size() - bytes), bytes);
  };
  for (const std::int64_t head : {std::int64_t{1}, std::int64_t{0}, std::int64_t{type_bigint},
                                  static_cast<std::int64_t>(values.size()), std::int64_t{1}}) {
    append(head, 4);
  }
  for (const std::int64_t value : values) {
    append(sizeof value, 4);
    append(value, sizeof value);
  }
  items_.push_back({type_bigint_array, array.data(), static_cast<int>(array.size())});
}

void PgValues::add(ByteView value) {
  const std::string_view text = as_text(value);
  items_.push_back({type_bytea, address_of(text.data()), static_cast<int>(text.size())});
}

std::optional<std::int64_t> pg_integer(ByteView bytes) {
  if (bytes.size() != 2 && bytes.size() != 4 && bytes.size() != 8) return std::nullopt;
  // Of a negative number the bits above are set.
  std::uint64_t bits = (bytes[0] & 0x80U) != 0 ? UINT64_MAX : 0;
  for (const std::uint8_t byte : bytes) bits = (bits << 8U) | byte;
  return static_cast<std::int64_t>(bits);
}

void PgRows::Clear::operator()(pg_result* answer) const { PQclear(answer); }

int PgRows::size() const { return PQntuples(answer_.get()); }

int PgRows::columns() const { return PQnfields(answer_.get()); }

std::string_view PgRows::text(int row, int column) const {
  if (row >= size() || column >= PQnfields(answer_.get())) return {};
  return {PQgetvalue(answer_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(answer_.get(), row, column))};
}

ByteView PgRows::bytes(int row, int column) const { return as_bytes(text(row, column)); }

std::int64_t PgRows::integer(int row, int column) const {
  const ByteView value = bytes(row, column);
  return value.size() == 8 ? pg_integer(value).value_or(-1) : -1;
}

PgField PgRows::field(int row, int column) const {
  const bool is_there = row < size() && column < columns();
  if (!is_there || PQgetisnull(answer_.get(), row, column) != 0) return std::nullopt;
  return bytes(row, column);
}

bool PgRows::boolean(int row, int column) const {
  const ByteView value = bytes(row, column);
  return value.size() == 1 && value[0] != 0;
}

void PgConnection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

PgConnection::PgConnection(pg_conn* connection) : connection_(connection) {
  PQsetNoticeReceiver(connection, keep_warning, warning_.get());
}

Result<PgConnection> PgConnection::connect(const std::string& url, const PgOptions& options) {
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
    return failure(Errc::invalid_input, "database: want postgres://[USER@]HOST[:PORT]/NAME");
  }
  MUSTER_TRY(check_url(url));
  const std::string timeout = std::to_string(options.connect_timeout_s);
  const std::string silence = std::to_string(options.silence_timeout_ms);
  const char* const wanted = options.server == PgServer::primary ? "read-write" : "prefer-standby";
  // What stands before the URL is what it may override.
  const std::array<const char*, 7> names{"connect_timeout",
                                         "tcp_user_timeout",
                                         "target_session_attrs",
                                         "client_encoding",
                                         "fallback_application_name",
                                         "dbname",
                                         nullptr};
  const std::array<const char*, 7> values{timeout.c_str(), silence.c_str(), wanted, "UTF8",
                                          "muster",        url.c_str(),     nullptr};
  PgConnection connection(PQconnectdbParams(names.data(), values.data(), 1));
  MUSTER_TRY(connection.set_up(options));
  return connection;
}

Result<void> PgConnection::set_up(const PgOptions& options) {
  pg_conn* const raw = connection_.get();
  if (PQstatus(raw) != CONNECTION_OK) {
    return failure(connection_error(raw, Errc::unavailable));
  }
  where_ = std::string(PQhost(raw)) + ":" + PQport(raw) + "/" + PQdb(raw);
  const std::string lock_timeout = std::to_string(options.lock_timeout_ms);
  // A server that knows nothing of a table yet thinks much of what is looked up there, and compiles
  // the plan for it: a thousand times what the look-up takes.
  MUSTER_TRY(
      run("select set_config('lock_timeout', $1, false), set_config('search_path', '', "
          "false), set_config('statement_timeout', '0', false), set_config('jit', 'off', false)",
          PgValues(std::string_view(lock_timeout))));
  return {};
}

bool PgConnection::is_connected() const { return PQstatus(connection_.get()) == CONNECTION_OK; }

Result<PgRows> PgConnection::judged(pg_result* answer) {
  PgRows rows(answer);
  const ExecStatusType status = PQresultStatus(answer);
  const bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
                    status == PGRES_COPY_IN || status == PGRES_COPY_OUT;
  if (!good) return failure(postgres_error(connection_.get(), answer));
  return rows;
}

namespace {

/// Parameters as libpq takes them.
struct Parameters {
  explicit Parameters(const PgValues& values) {
    for (const PgValues::Item& item : values.items()) {
      types.push_back(item.type);
      data.push_back(item.data);
      sizes.push_back(item.size);
    }
    formats.assign(types.size(), binary);
  }
  [[nodiscard]] int count() const { return static_cast<int>(types.size()); }

  std::vector<unsigned> types{};
  std::vector<const char*> data{};
  std::vector<int> sizes{};
  std::vector<int> formats{};
};

}  // namespace

Result<PgRows> PgConnection::query(const char* statement, const PgValues& values) {
  const Parameters given(values);
  return judged(PQexecParams(connection_.get(), statement, given.count(), given.types.data(),
                             given.data.data(), given.sizes.data(), given.formats.data(), binary));
}

Result<PgRows> PgConnection::query_again(const char* statement, const PgValues& values) {
  const Parameters given(values);
  auto known = prepared_.find(std::string_view(statement));
  if (known == prepared_.end()) {
    std::string name = "muster" + std::to_string(prepared_.size());
    MUSTER_TRY(judged(
        PQprepare(connection_.get(), name.c_str(), statement, given.count(), given.types.data())));
    known = prepared_.emplace(statement, std::move(name)).first;
  }
  return judged(PQexecPrepared(connection_.get(), known->second.c_str(), given.count(),
                               given.data.data(), given.sizes.data(), given.formats.data(),
                               binary));
}

Result<void> PgConnection::run(const char* statement, const PgValues& values) {
  MUSTER_TRY(query(statement, values));
  return {};
}

Result<void> PgConnection::run_script(const std::string& script) {
  MUSTER_TRY(judged(PQexec(connection_.get(), script.c_str())));
  return {};
}

Result<bool> PgConnection::is_standby() {
  MUSTER_TRY_ASSIGN(const auto rows, query("select pg_is_in_recovery()"));
  return rows.boolean(0, 0);
}

Result<PgTransaction> PgTransaction::begin(PgConnection& connection, Kind kind) {
  connection.take_warning();
  MUSTER_TRY(connection.run(kind == Kind::write
                                ? "begin isolation level read committed read write"
                                : "begin isolation level repeatable read read only"));
  return PgTransaction(connection);
}

PgTransaction::~PgTransaction() {
  if (connection_ == nullptr) return;
  // A connection that is lost rolls back by itself.
  static_cast<void>(connection_->run("rollback"));
}

Result<void> PgTransaction::commit() {
  MUSTER_CHECK(connection_ != nullptr);
  PgConnection& connection = *std::exchange(connection_, nullptr);
  connection.take_warning();
  MUSTER_TRY(connection.run("commit"));
  const std::string warning = connection.take_warning();
  if (warning.empty()) return {};
  return failure(Errc::unavailable, connection.where() + ": commit: " + warning);
}

}  // namespace muster::sql
