#include "registry/view/sqlite_view.hpp"

#include <algorithm>
#include <system_error>

#include "ledger/sql/transaction.hpp"
#include "registry/view/columns.hpp"
#include "registry/view/loading.hpp"

namespace muster::registry {

namespace {

constexpr std::int32_t view_application_id = 0x4D535456;  // "MSTV"
constexpr std::int32_t view_version = 14;

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string column_definitions(const ColumnNames& columns) {
  std::string sql;
  for (std::size_t i = 0; i < columns.names.size(); ++i) {
    sql += ", " + columns.names[i] + " " + columns.types[i];
  }
  return sql;
}

/// The view's SQL is made from the records' own column lists, constants of the program: stated
/// once, so that file, dump and memory cannot differ.
std::string script() {
  std::string sql =
      "create table cursor (one integer primary key check (one = 1), size integer not null, "
      "last_statement blob) strict;\n";
  const Tables tables;
  Tables::each(tables, [&](const std::string& name, const auto& table) {
    using Row = typename std::remove_cvref_t<decltype(table)>::Row;
    if (std::is_same_v<Row, ChipState>) return;
    sql += "create table " + name + " (n integer primary key" +
           column_definitions(columns_of<Row>()) + ") strict;\n";
  });
  sql +=
      "create table chip_state (chip_n integer not null, from_index integer not null, "
      "to_index integer" +
      column_definitions(columns_of<ChipState>()) +
      ", primary key (chip_n, from_index)) strict, without rowid;\n";
  return sql;
}

constexpr sql::OpenOptions options{.synchronous = sql::Synchronous::normal};

std::string place_holders(std::size_t count) {
  std::string text = "?";
  for (std::size_t i = 1; i < count; ++i) text += ", ?";
  return text;
}

template <class Row>
std::string replace_sql(const std::string& name) {
  const auto columns = columns_of<Row>();
  return "insert or replace into " + name + " (n, " + joined(columns.names) + ") values (" +
         place_holders(columns.names.size() + 1) + ")";
}

template <class T>
Result<void> save_row(sql::Statement& statement, const T& table, RowN n) {
  statement.reset();
  statement.bind(0, static_cast<std::int64_t>(n));
  ColumnBinder binder(statement, 1);
  const auto& row = table[n];
  T::Row::fields(row, binder);
  MUSTER_TRY(statement.step());
  return {};
}

template <class T>
Result<void> save_table(sql::Database& database, const std::string& name, const T& table,
                        Pauses& pauses) {
  if (table.changed().empty() && table.first_unsaved() == table.size()) return {};
  MUSTER_TRY_ASSIGN(auto statement, database.prepare(replace_sql<typename T::Row>(name)));
  auto changed = table.changed();
  std::ranges::sort(changed);
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  for (const RowN n : changed) {
    MUSTER_TRY(save_row(statement, table, n));
    pauses.row();
  }
  for (RowN n = table.first_unsaved(); n < table.size(); ++n) {
    MUSTER_TRY(save_row(statement, table, n));
    pauses.row();
  }
  return {};
}

template <class T>
Result<void> load_table(sql::Database& database, const std::string& name, T& table,
                        Pauses& pauses) {
  using Row = typename T::Row;
  const auto columns = columns_of<Row>();
  MUSTER_TRY_ASSIGN(auto statement, database.prepare("select n, " + joined(columns.names) +
                                                     " from " + name + " order by n"));
  while (true) {
    MUSTER_TRY_ASSIGN(const bool more, statement.step());
    if (!more) return {};
    Row row;
    ColumnReader reader(statement, 1);
    Row::fields(row, reader);
    MUSTER_TRY(add_loaded(table, name, statement.integer(0), reader.sound, std::move(row)));
    pauses.row();
  }
}

Result<void> load_chips(sql::Database& database, Table<ChipState>& table, Pauses& pauses) {
  const auto columns = columns_of<ChipState>();
  MUSTER_TRY_ASSIGN(auto statement,
                    database.prepare("select chip_n, " + joined(columns.names) +
                                     " from chip_state where to_index is null order by chip_n"));
  while (true) {
    MUSTER_TRY_ASSIGN(const bool more, statement.step());
    if (!more) return {};
    ChipState row;
    ColumnReader reader(statement, 1);
    ChipState::fields(row, reader);
    MUSTER_TRY(add_loaded(table, "chip_state", statement.integer(0), reader.sound, row));
    pauses.row();
  }
}

/// How many entries the view in the file is of: another process may have saved since. Errors:
/// `corrupt` if it is not of the history that `state` is of.
Result<Index32> saved_size(sql::Database& database, const State& state) {
  MUSTER_TRY_ASSIGN(auto cursor, database.prepare("select size, last_statement from cursor"));
  MUSTER_TRY_ASSIGN(const bool found, cursor.step());
  if (!found) return failure(Errc::corrupt, "view: it has no cursor");
  const std::int64_t size = cursor.integer(0);
  if (size < 0 || size > std::int64_t{no_index}) {
    return failure(Errc::corrupt, "view: its cursor is at no entry");
  }
  const auto saved = static_cast<Index32>(size);
  const auto last = Hash::from_bytes(cursor.blob(1));
  MUSTER_TRY(check_same_history(saved, last ? *last : Hash{}, state));
  return saved;
}

}  // namespace

const sql::Schema& view_schema() {
  static const std::string text = script();
  static const sql::Schema value{.what = "view",
                                 .application_id = view_application_id,
                                 .version = view_version,
                                 .script = text};
  return value;
}

Result<SqliteView> SqliteView::create_anew(const std::filesystem::path& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code problem;
    std::filesystem::remove(path.string() + suffix, problem);
    if (problem) {
      return failure(Errc::unavailable,
                     "removing " + path.string() + suffix + ": " + problem.message());
    }
  }
  MUSTER_TRY_ASSIGN(auto database, sql::Database::create(path, view_schema(), options));
  // A view of nothing is a good one, for another process that opens it before it is filled.
  MUSTER_TRY(database.run("insert into cursor (one, size, last_statement) values (1, 0, null)"));
  return SqliteView(std::make_unique<sql::Database>(std::move(database)));
}

Result<SqliteView> SqliteView::load(const std::filesystem::path& path, State& state,
                                    ledger::Log& log, const Pause& pause) {
  MUSTER_TRY_ASSIGN(auto database, sql::Database::open(path, view_schema(), options));
  SqliteView view(std::make_unique<sql::Database>(std::move(database)));
  // One snapshot for all tables: another process may be saving.
  MUSTER_TRY_ASSIGN(const auto snapshot,
                    sql::Transaction::begin(*view.database_, sql::TransactionKind::read));
  Pauses pauses(pause);
  MUSTER_TRY(view.fill(state, pauses));
  MUSTER_TRY(state.reindex([&] { pauses.row(); }));
  MUSTER_TRY_ASSIGN(const std::int64_t size, view.database_->integer("select size from cursor"));
  MUSTER_TRY(check_view_cursor(size, state, log));
  return view;
}

Result<void> SqliteView::fill(State& state, Pauses& pauses) {
  Result<void> result{};
  Tables::each(state.tables(), [&](const std::string& name, auto& table) {
    if (!result) return;
    if constexpr (std::is_same_v<typename std::remove_cvref_t<decltype(table)>::Row, ChipState>) {
      result = load_chips(*database_, table, pauses);
    } else {
      result = load_table(*database_, name, table, pauses);
    }
  });
  MUSTER_TRY(std::move(result));
  return {};
}

Result<void> SqliteView::save(const State& state, const Pause& pause) {
  Pauses pauses(pause);
  MUSTER_TRY_ASSIGN(auto transaction, sql::Transaction::begin(*database_));
  MUSTER_TRY_ASSIGN(const Index32 saved, saved_size(*database_, state));
  // Another process has saved all of this, and more.
  if (saved > state.size()) return {};
  Result<void> result{};
  Tables::each(state.tables(), [&](const std::string& name, const auto& table) {
    if (!result) return;
    if constexpr (!std::is_same_v<typename std::remove_cvref_t<decltype(table)>::Row, ChipState>) {
      result = save_table(*database_, name, table, pauses);
    }
  });
  MUSTER_TRY(std::move(result));
  MUSTER_TRY(save_history(state, saved, pauses));
  MUSTER_TRY_ASSIGN(auto cursor, database_->prepare("insert or replace into cursor (one, size, "
                                                    "last_statement) values (1, ?, ?)"));
  std::optional<Hash> last;
  if (state.size() > 0) last = state.tables().statements[state.size() - 1].hash;
  MUSTER_TRY(cursor.run(static_cast<std::int64_t>(state.size()), last));
  return transaction.commit();
}

namespace {

/// Writes one row of the history, which ended where `next` begins, if that is not null.
Result<void> insert_change(sql::Statement& insert, const ChipChange& change,
                           const ChipChange* next) {
  insert.reset();
  insert.bind(0, change.chip).bind(1, change.from);
  if (next == nullptr) {
    insert.bind(2, nullptr);
  } else {
    insert.bind(2, next->from);
  }
  ColumnBinder binder(insert, 3);
  ChipState::fields(change.state, binder);
  MUSTER_TRY(insert.step());
  return {};
}

}  // namespace

/// Changes by the first `saved` entries are there already.
Result<void> SqliteView::save_history(const State& state, Index32 saved, Pauses& pauses) {
  const auto columns = columns_of<ChipState>();
  MUSTER_TRY_ASSIGN(auto close, database_->prepare("update chip_state set to_index = ? where "
                                                   "chip_n = ? and from_index = ?"));
  MUSTER_TRY_ASSIGN(auto insert,
                    database_->prepare("insert into chip_state (chip_n, from_index, to_index, " +
                                       joined(columns.names) + ") values (" +
                                       place_holders(columns.names.size() + 3) + ")"));
  const auto& changes = state.changes();
  const auto order = unsaved_changes(changes, saved);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const ChipChange& change = changes[order[i].place];
    const bool first = i == 0 || order[i - 1].chip != change.chip;
    const bool last = i + 1 == order.size() || order[i + 1].chip != change.chip;
    if (first && change.previous != no_index) {
      MUSTER_TRY(close.run(change.from, change.chip, change.previous));
    }
    MUSTER_TRY(insert_change(insert, change, last ? nullptr : &changes[order[i + 1].place]));
    pauses.row();
  }
  return {};
}

Result<void> SqliteView::scan_history(bool as_it_stands, const StateVisit& visit) {
  const auto columns = columns_of<ChipState>();
  MUSTER_TRY_ASSIGN(
      auto statement,
      database_->prepare("select chip_n, from_index, to_index, " + joined(columns.names) +
                         " from chip_state order by chip_n, from_index"));
  while (true) {
    MUSTER_TRY_ASSIGN(const bool more, statement.step());
    if (!more) return {};
    ChipState row;
    ColumnReader reader(statement, 3);
    ChipState::fields(row, reader);
    if (!reader.sound && !as_it_stands) {
      return failure(Errc::corrupt, "view: table chip_state: not a value");
    }
    visit(static_cast<RowN>(statement.integer(0)), static_cast<Index32>(statement.integer(1)),
          statement.is_null(2) ? no_index : static_cast<Index32>(statement.integer(2)), row);
  }
}

Result<void> SqliteView::each_state(const StateVisit& visit) { return scan_history(false, visit); }

Result<void> SqliteView::dump_history(const LineSink& sink) {
  return scan_history(true, [&](RowN chip, Index32 from, Index32 to, const ChipState& state) {
    sink(dump_change(chip, from, to, state));
  });
}

/// The statement that finds histories, prepared once.
Result<sql::Statement*> SqliteView::history_statement() {
  if (!history_) {
    const std::string columns = joined(columns_of<ChipState>().names);
    MUSTER_TRY_ASSIGN(history_,
                      database_->prepare("select " + columns +
                                         " from chip_state where chip_n = ? and from_index < ? "
                                         "order by from_index desc limit ?"));
  }
  return &*history_;
}

Result<std::vector<ChipState>> SqliteView::newest_states(RowN chip, Index32 size,
                                                         std::int64_t most) {
  MUSTER_TRY_ASSIGN(sql::Statement* const statement, history_statement());
  const sql::ResetAtEnd reset(*statement);
  statement->bind_all(chip, size, most);
  std::vector<ChipState> states;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool more, statement->step());
    if (!more) return states;
    ColumnReader reader(*statement, 0);
    ChipState::fields(states.emplace_back(), reader);
    if (!reader.sound) return failure(Errc::corrupt, "view: table chip_state: not a value");
  }
}

Result<std::optional<ChipState>> SqliteView::chip_at(RowN chip, Index32 size) {
  MUSTER_TRY_ASSIGN(const auto states, newest_states(chip, size, 1));
  if (states.empty()) return std::optional<ChipState>();
  return std::optional<ChipState>(states.front());
}

Result<void> SqliteView::chips_at(std::span<const RowN> chips, Index32 size,
                                  const ChipVisit& visit) {
  for (const RowN chip : chips) {
    MUSTER_TRY_ASSIGN(const auto state, chip_at(chip, size));
    if (state) visit(chip, *state);
  }
  return {};
}

Result<std::vector<ChipState>> SqliteView::states_of(RowN chip, Index32 size) {
  return newest_states(chip, size, -1);  // all
}

}  // namespace muster::registry
