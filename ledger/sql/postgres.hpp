#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

struct pg_conn;
struct pg_result;

namespace muster::sql {

/// Parameters $1, $2, … of one statement. Texts and bytes are borrowed until it was run.
class PgValues final {
 public:
  template <class... Values>
  explicit PgValues(const Values&... values) {
    (add(values), ...);
  }

  void add(std::int64_t value);
  template <std::integral T>
  void add(T value) {
    add(static_cast<std::int64_t>(value));
  }
  void add(std::string_view value);
  void add(ByteView value);
  void add(const Hash& value) { add(value.view()); }
  /// An array of bigint, for "= any($1)". Copied.
  void add(std::span<const std::int64_t> values);

  /// One parameter in PostgreSQL's binary form.
  struct Item {
    unsigned type;  ///< Its object id.
    const char* data;
    int size;
  };
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

 private:
  std::vector<Item> items_;
  std::deque<std::array<char, 8>> numbers_;
  std::deque<std::string> arrays_;
};

/// The bytes of one value in PostgreSQL's binary form, or nothing for a null.
using PgField = std::optional<ByteView>;

/// The number that 2, 4 or 8 bytes in network order are; nothing for any other count.
[[nodiscard]] std::optional<std::int64_t> pg_integer(ByteView bytes);

/// All rows of one answer. Columns are read as what the statement says they are: `bigint`, `text`,
/// `bytea` or `boolean`. What a server gives instead, nothing, null or another type, reads as -1,
/// empty and false, so that none can bring the program down.
class PgRows final {
 public:
  explicit PgRows(pg_result* answer) : answer_(answer) {}

  [[nodiscard]] int size() const;
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] std::string_view text(int row, int column) const;
  [[nodiscard]] ByteView bytes(int row, int column) const;
  [[nodiscard]] bool boolean(int row, int column) const;
  /// As it came, whatever it is. Nothing also where there is no such row or column.
  [[nodiscard]] PgField field(int row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* answer) const;
  };
  std::unique_ptr<pg_result, Clear> answer_;
};

/// Which of the servers that a URL names.
enum class PgServer {
  primary,  ///< The one that takes writes.
  standby,  ///< One that only reads, if any answers.
};

struct PgOptions {
  int lock_timeout_ms = 5'000;      ///< How long a statement waits for a lock. Then `unavailable`.
  int connect_timeout_s = 10;       ///< For each host, unless the URL says otherwise.
  int silence_timeout_ms = 30'000;  ///< After which a server that acknowledges nothing is gone.
  PgServer server = PgServer::primary;  ///< Unless the URL has `target_session_attrs`.
};

/// One connection to a PostgreSQL server, by libpq: with several hosts in the URL, to the first
/// that is what `PgOptions::server` wants. Not thread-safe: one per thread. Once the connection is
/// lost, every call fails with `unavailable`; who wants to go on connects anew.
class PgConnection final {
 public:
  /// `url` is what libpq takes: postgres://user@host1,host2/name?sslmode=verify-full. The password
  /// comes from PGPASSWORD or ~/.pgpass, if not from the URL; no message repeats it.
  /// Errors: `invalid_input` for what is no URL; `unavailable`.
  static Result<PgConnection> connect(const std::string& url, const PgOptions& options = {});

  /// Runs one statement. Errors: by SQLSTATE, see `postgres_error`.
  Result<PgRows> query(const char* statement, const PgValues& values = PgValues());
  /// The same, for a statement that is run again and again: the server parses and plans it once for
  /// each connection.
  /// Requires: its parameters have the same types each time.
  Result<PgRows> query_again(const char* statement, const PgValues& values = PgValues());
  /// The same, for statements without rows, or whose rows are of no interest.
  Result<void> run(const char* statement, const PgValues& values = PgValues());
  /// Runs a constant script of several statements.
  Result<void> run_script(const std::string& script);

  /// As far as is known: a connection that was cut shows at its next use.
  [[nodiscard]] bool is_connected() const;

  /// "host:port/name" of the server that answers: for messages.
  [[nodiscard]] const std::string& where() const { return where_; }

  /// Whether the server only reads: a standby. Errors: of `query`.
  Result<bool> is_standby();

  /// What the server warned of since the last call, if it did. A commit that did not wait for a
  /// standby, although it should have, is a warning and no error.
  std::string take_warning() { return std::exchange(*warning_, {}); }

 private:
  friend class PgCopy;
  friend class PgCopyOut;
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  explicit PgConnection(pg_conn* connection);
  Result<void> set_up(const PgOptions& options);
  Result<PgRows> judged(pg_result* answer);

  // On the heap: libpq keeps its address, and this object may move.
  std::unique_ptr<std::string> warning_ = std::make_unique<std::string>();
  std::unique_ptr<pg_conn, Finish> connection_;
  std::string where_;
  std::map<std::string, std::string, std::less<>> prepared_{};  // names by statement
};

/// All of what happens in its scope, or nothing: rolls back unless committed.
class PgTransaction final {
 public:
  enum class Kind {
    write,  ///< Each statement sees what was committed before it.
    read,   ///< All statements see the same, and none writes.
  };
  /// Requires: no open transaction on `connection`, which outlives this object and does not move.
  static Result<PgTransaction> begin(PgConnection& connection, Kind kind = Kind::write);
  PgTransaction(PgTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  PgTransaction& operator=(PgTransaction&&) = delete;
  PgTransaction(const PgTransaction&) = delete;
  PgTransaction& operator=(const PgTransaction&) = delete;
  ~PgTransaction();

  /// Errors: `unavailable` also where the server committed and then did not wait for its standbys.
  /// After any error nobody knows what was committed.
  Result<void> commit();

 private:
  explicit PgTransaction(PgConnection& connection) : connection_(&connection) {}
  PgConnection* connection_;
};

}  // namespace muster::sql
