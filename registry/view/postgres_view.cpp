#include "registry/view/postgres_view.hpp"

#include <algorithm>

#include "ledger/sql/postgres_copy_out.hpp"
#include "registry/view/loading.hpp"
#include "registry/view/postgres_columns.hpp"
#include "registry/view/postgres_schema.hpp"

namespace muster::registry {
namespace {

// Pairs of numbers that stand for rights: "MstL" as the log's, and which.
constexpr const char* take_making_lock = "select pg_advisory_lock(1299412044, 2)";
constexpr const char* take_saving_lock = "select pg_advisory_xact_lock(1299412044, 3)";

/// How long one that saves waits for another, and one that makes a view for those that read it.
constexpr int view_lock_timeout_ms = 60'000;

Result<sql::PgConnection> connect_to_view(const std::string& url, bool only_read) {
  const auto server = only_read ? sql::PgServer::standby : sql::PgServer::primary;
  MUSTER_TRY_ASSIGN(
      auto connection,
      sql::PgConnection::connect(url, {.lock_timeout_ms = view_lock_timeout_ms, .server = server}));
  // What a crash takes away is made again from the log. Loading sorts tables of millions of rows.
  // Planning over all partitions takes five times what reading a chip's history does.
  MUSTER_TRY(
      connection.run("select set_config('synchronous_commit', 'off', false), "
                     "set_config('work_mem', '64MB', false), "
                     "set_config('plan_cache_mode', 'force_generic_plan', false)"));
  return connection;
}

Result<void> check_view_version(sql::PgConnection& connection) {
  MUSTER_TRY_ASSIGN(const auto there,
                    connection.query("select to_regclass('muster_view.version') is not null and "
                                     "to_regclass('muster_view.cursor') is not null"));
  if (!there.boolean(0, 0)) {
    return failure(Errc::not_found, connection.where() + ": the database has no view");
  }
  MUSTER_TRY_ASSIGN(const auto rows, connection.query("select number from muster_view.version"));
  const std::int64_t version = rows.size() == 1 ? rows.integer(0, 0) : 0;
  if (version == postgres_view_version) return {};
  const std::string what = connection.where() + ": got view version " + std::to_string(version) +
                           ", want " + std::to_string(postgres_view_version);
  // Of a newer program, which would make it anew in turn.
  if (version > postgres_view_version) {
    return failure(Errc::unavailable, what + ": another front end is newer than this program");
  }
  return failure(Errc::invalid_input, what);
}

tl::unexpected<Error> bad_table(const std::string& table, const std::string& what) {
  return failure(Errc::corrupt, "view: table " + table + what);
}

template <class T>
Result<void> load_pg_table(sql::PgConnection& connection, const std::string& name, T& table,
                           Pauses& pauses) {
  using Row = typename T::Row;
  const PgTable layout = pg_table_of<Row>(name);
  const std::string statement = "copy (select " + layout.columns() + " from " + layout.full_name() +
                                " order by \"" + layout.number + "\") to stdout (format binary)";
  MUSTER_TRY_ASSIGN(auto rows, sql::PgCopyOut::begin(connection, statement.c_str()));
  PgRowCheck check(name);
  while (true) {
    MUSTER_TRY_ASSIGN(const bool more, rows.next());
    if (!more) return {};
    if (!check.holds(rows.fields())) return bad_table(name, ": a row was changed");
    std::uint32_t number = no_row;
    Row row;
    PgColumnReader reader(rows.fields());
    reader("n", number);
    Row::fields(row, reader);
    MUSTER_TRY(add_loaded(table, name, number, reader.sound, std::move(row)));
    pauses.row();
  }
}

Result<void> load_pg_tables(sql::PgConnection& connection, const PgCursor& cursor, State& state,
                            Pauses& pauses) {
  Result<void> result{};
  Tables::each(state.tables(), [&](const std::string& name, auto& table) {
    if (result) result = load_pg_table(connection, name, table, pauses);
    if (!result || table.size() == cursor.rows_of(name)) return;
    result = bad_table(name, ": got " + std::to_string(table.size()) + " rows, want " +
                                 std::to_string(cursor.rows_of(name)));
  });
  return result;
}

}  // namespace

Result<sql::PgConnection> PostgresView::lock_making(const std::string& url) {
  MUSTER_TRY_ASSIGN(auto connection, connect_to_view(url, false));
  MUSTER_TRY(connection.run(take_making_lock));
  return connection;
}

Result<PostgresView> PostgresView::create_anew(const std::string& url) {
  MUSTER_TRY_ASSIGN(auto connection, connect_to_view(url, false));
  PostgresView view(url, std::move(connection), false);
  sql::PgConnection& server = *view.connection_;
  MUSTER_TRY_ASSIGN(auto transaction, sql::PgTransaction::begin(server));
  MUSTER_TRY(server.run(take_saving_lock));
  MUSTER_TRY(server.run("drop schema if exists muster_view cascade"));
  MUSTER_TRY(server.run_script(pg_view_script()));
  MUSTER_TRY_ASSIGN(const auto made, server.query("select uuid_send(gen_random_uuid())"));
  view.generation_ = to_bytes(made.bytes(0, 0));
  // A view of nothing is a good one, for another process that opens it before it is filled.
  MUSTER_TRY(write_cursor(server, {.generation = view.generation_}));
  MUSTER_TRY(transaction.commit());
  return view;
}

Result<PostgresView> PostgresView::load(const std::string& url, bool only_read, State& state,
                                        ledger::Log& log, const Pause& pause) {
  MUSTER_TRY_ASSIGN(auto connection, connect_to_view(url, only_read));
  PostgresView view(url, std::move(connection), only_read);
  sql::PgConnection& server = *view.connection_;
  // One snapshot for all tables: another process may be saving.
  MUSTER_TRY_ASSIGN(const auto snapshot,
                    sql::PgTransaction::begin(server, sql::PgTransaction::Kind::read));
  MUSTER_TRY(check_view_version(server));
  MUSTER_TRY_ASSIGN(const PgCursor cursor, read_cursor(server));
  Pauses pauses(pause);
  MUSTER_TRY(load_pg_tables(server, cursor, state, pauses));
  MUSTER_TRY(state.reindex([&] { pauses.row(); }));
  MUSTER_TRY(check_view_cursor(cursor.size, state, log));
  view.generation_ = cursor.generation;
  view.seen_ = cursor.size;
  return view;
}

Result<sql::PgConnection*> PostgresView::server() {
  if (!connection_->is_connected()) {
    MUSTER_TRY_ASSIGN(*connection_, connect_to_view(url_, only_read_));
  }
  return connection_.get();
}

/// Whether `cursor` is of the view that was loaded, and has what it had. Otherwise what it has is
/// no continuation of what was read.
Result<void> PostgresView::check_is_ours(const PgCursor& cursor) const {
  if (cursor.generation == generation_ && cursor.size >= seen_) return {};
  return failure(Error{Errc::conflict,
                       "view: another process made it anew meanwhile; open the registry again",
                       view_made_anew});
}

namespace {

/// Rows that the database lacks, and those that it has and that may differ.
struct PgDifference {
  RowN first_new = 0;
  std::vector<RowN> changed{};
};

template <class T>
PgDifference difference_of(const T& table, RowN kept) {
  PgDifference difference{.first_new = kept};
  for (const RowN n : table.changed()) {
    if (n < kept) difference.changed.push_back(n);
  }
  // Somebody else saved these; they may have changed since.
  for (RowN n = table.first_unsaved(); n < kept; ++n) difference.changed.push_back(n);
  auto& list = difference.changed;
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return difference;
}

/// One table's rows on their way to the server.
template <class T>
class PgTableWriter final {
 public:
  PgTableWriter(const std::string& name, const T& table)
      : layout_(pg_table_of<typename T::Row>(name)), table_(table), check_(name) {}

  [[nodiscard]] const PgTable& layout() const { return layout_; }

  Result<sql::PgCopy> begin(sql::PgConnection& connection, const std::string& into) const {
    return sql::PgCopy::begin(
        connection,
        ("copy " + into + " (" + layout_.columns() + ") from stdin (format binary)").c_str());
  }
  Result<void> write(sql::PgCopy& copy, RowN n) {
    row_.clear();
    row_.add_bigint(n);
    PgColumnWriter writer(row_);
    T::Row::fields(table_[n], writer);
    check_.seal(row_);
    return copy.row(row_);
  }

 private:
  PgTable layout_;
  const T& table_;
  PgRowCheck check_;
  sql::PgRow row_;
};

template <class T>
Result<void> save_pg_table(sql::PgConnection& connection, const std::string& name, const T& table,
                           PgCursor& cursor, Pauses& pauses) {
  const std::uint64_t kept = cursor.rows_of(name);
  if (kept > table.size()) return bad_table(name, ": has rows that no entry made");
  const PgDifference difference = difference_of(table, static_cast<RowN>(kept));
  PgTableWriter<T> writer(name, table);
  if (!difference.changed.empty()) {
    MUSTER_TRY(connection.run(writer.layout().staging_definition().c_str()));
    MUSTER_TRY_ASSIGN(auto copy, writer.begin(connection, writer.layout().staging_name()));
    for (const RowN n : difference.changed) {
      MUSTER_TRY(writer.write(copy, n));
      pauses.row();
    }
    MUSTER_TRY(copy.end());
    MUSTER_TRY(connection.run(writer.layout().upsert().c_str()));
  }
  if (difference.first_new == table.size()) return {};
  MUSTER_TRY_ASSIGN(auto copy, writer.begin(connection, writer.layout().full_name()));
  for (RowN n = difference.first_new; n < table.size(); ++n) {
    MUSTER_TRY(writer.write(copy, n));
    pauses.row();
  }
  cursor.rows[name] = table.size();
  return copy.end();
}

Result<void> save_pg_tables(sql::PgConnection& connection, const State& state, PgCursor& cursor,
                            Pauses& pauses) {
  Result<void> result{};
  Tables::each(state.tables(), [&](const std::string& name, const auto& table) {
    if (result) result = save_pg_table(connection, name, table, cursor, pauses);
  });
  return result;
}

/// Changes by the entries from the cursor on.
Result<void> save_pg_history(sql::PgConnection& connection, const State& state, PgCursor& cursor,
                             Pauses& pauses) {
  const PgTable& layout = pg_history();
  const auto order = unsaved_changes(state.changes(), cursor.size);
  if (order.empty()) return {};
  const std::string statement =
      "copy " + layout.full_name() + " (" + layout.columns() + ") from stdin (format binary)";
  MUSTER_TRY_ASSIGN(auto copy, sql::PgCopy::begin(connection, statement.c_str()));
  const PgRowCheck check(layout.name);
  sql::PgRow row;
  for (const ChangePlace& place : order) {
    const ChipChange& change = state.changes()[place.place];
    row.clear();
    PgColumnWriter writer(row);
    writer("chip_n", change.chip);
    writer("from_index", change.from);
    writer("previous_index", change.previous);
    ChipState::fields(change.state, writer);
    check.seal(row);
    MUSTER_TRY(copy.row(row));
    pauses.row();
  }
  cursor.changes += order.size();
  return copy.end();
}

}  // namespace

Result<void> PostgresView::save(const State& state, const Pause& pause) {
  if (only_read_) return remember(state);
  if (state.size() == seen_) return {};
  MUSTER_TRY_ASSIGN(sql::PgConnection* const connection, server());
  MUSTER_TRY_ASSIGN(auto transaction, sql::PgTransaction::begin(*connection));
  MUSTER_TRY(connection->run(take_saving_lock));
  MUSTER_TRY_ASSIGN(PgCursor cursor, lock_cursor(*connection));
  MUSTER_TRY(check_is_ours(cursor));
  MUSTER_TRY(check_same_history(cursor.size, cursor.last, state));
  seen_ = std::max(seen_, std::min(cursor.size, state.size()));
  // Another process has saved all of this, and perhaps more.
  if (cursor.size >= state.size()) return {};
  Pauses pauses(pause);
  MUSTER_TRY(save_pg_tables(*connection, state, cursor, pauses));
  MUSTER_TRY(save_pg_history(*connection, state, cursor, pauses));
  cursor.size = state.size();
  cursor.last = state.tables().statements[state.size() - 1].hash;
  MUSTER_TRY(write_cursor(*connection, cursor));
  MUSTER_TRY(transaction.commit());
  seen_ = cursor.size;
  return {};
}

}  // namespace muster::registry
