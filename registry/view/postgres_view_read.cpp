// What a PostgresView reads: the history of chips.

#include <algorithm>

#include "ledger/sql/postgres_copy_out.hpp"
#include "registry/view/postgres_columns.hpp"
#include "registry/view/postgres_schema.hpp"
#include "registry/view/postgres_view.hpp"

namespace muster::registry {
namespace {

tl::unexpected<Error> bad_history(const std::string& what) {
  return failure(Errc::corrupt, "view: table chip_state" + what);
}

/// One row of the history. Errors: `corrupt` for one that no view wrote.
Result<ChipChange> change_in(std::span<const sql::PgField> fields, PgRowCheck& check) {
  if (!check.holds(fields)) return bad_history(": a row was changed");
  ChipChange change;
  PgColumnReader reader(fields);
  reader("chip_n", change.chip);
  reader("from_index", change.from);
  reader("previous_index", change.previous);
  ChipState::fields(change.state, reader);
  if (!reader.sound) return bad_history(": not a value");
  return change;
}

/// Whether `change` goes on from where the one before it of its chip began.
Result<void> check_follows(const ChipChange& change, Index32 before) {
  if (change.previous == before) return {};
  return bad_history(": chip " + std::to_string(change.chip) + " lacks a row before entry " +
                     std::to_string(change.from));
}

/// The cursor beside each row, so that both are of one moment, and where the chip's present state
/// began: its newest row cannot be missing, either. `which` says which chips: "= $1".
std::string states_query(const std::string& which) {
  return "select " + pg_history().columns("s.") +
         ", c.generation, c.size, w.last_index, w.chip_n from muster_view.cursor c left join "
         "muster_view.chip_now w on w.chip_n " +
         which + " left join muster_view.chip_state s on s.chip_n = w.chip_n and s.chip_n " +
         which + " order by w.chip_n, s.from_index";
}

/// One chip has a statement of its own, whose plan a server finds once for all chips: by what is
/// asked for it leaves out the other partitions.
Result<sql::PgRows> ask_for(sql::PgConnection& connection, std::span<const RowN> chips) {
  static const std::string of_one = states_query("= $1");
  static const std::string of_many = states_query("= any($1)");
  if (chips.size() == 1) return connection.query_again(of_one.c_str(), sql::PgValues(chips[0]));
  const std::vector<std::int64_t> numbers(chips.begin(), chips.end());
  return connection.query(of_many.c_str(), sql::PgValues(std::span(numbers)));
}

/// Histories of some chips, row by row, in the order of the chips.
class HistoryRows final {
 public:
  HistoryRows(sql::PgRows rows, const ChipChanges& remembered)
      : rows_(std::move(rows)),
        remembered_(remembered),
        columns_(rows_.columns() - more_columns),
        check_(pg_history().name),
        fields_(static_cast<std::size_t>(columns_)) {}

  /// The cursor's part that stands beside each row. Errors: `corrupt` without one.
  [[nodiscard]] Result<PgCursor> cursor() const {
    const std::int64_t size = rows_.integer(0, columns_ + 1);
    if (rows_.size() == 0 || size < 0 || size >= std::int64_t{no_index}) {
      return failure(Errc::corrupt, "view: its cursor is not one row");
    }
    return PgCursor{.generation = to_bytes(rows_.bytes(0, columns_)),
                    .size = static_cast<Index32>(size)};
  }

  /// All changes of the chip, oldest first, with those that the database lacks.
  Result<std::span<const ChipChange>> of(RowN chip, Index32 size) {
    history_.clear();
    for (; next_ < rows_.size() && rows_.integer(next_, columns_ + 3) == std::int64_t{chip};
         ++next_) {
      MUSTER_TRY(take(chip));
    }
    for (const ChipChange& change : remembered_.of(chip)) {
      if (change.from >= size) MUSTER_TRY(add(change));
    }
    if (history_.empty()) return bad_history(": lacks chip " + std::to_string(chip));
    return std::span<const ChipChange>(history_);
  }

  /// Whether all rows were of chips that were asked for.
  [[nodiscard]] bool at_end() const {
    return next_ == rows_.size() || !rows_.field(next_, columns_ + 3);
  }

 private:
  static constexpr int more_columns = 4;

  Result<void> take(RowN chip) {
    for (int column = 0; column < columns_; ++column) {
      fields_[static_cast<std::size_t>(column)] = rows_.field(next_, column);
    }
    MUSTER_TRY_ASSIGN(const ChipChange change, change_in(fields_, check_));
    if (change.chip != chip) return bad_history(": a row of another chip");
    MUSTER_TRY(add(change));
    const bool is_last =
        next_ + 1 == rows_.size() || rows_.integer(next_ + 1, columns_ + 3) != std::int64_t{chip};
    if (!is_last || rows_.integer(next_, columns_ + 2) == std::int64_t{change.from}) return {};
    return bad_history(": chip " + std::to_string(chip) + " lacks its newest row");
  }
  Result<void> add(const ChipChange& change) {
    MUSTER_TRY(check_follows(change, history_.empty() ? no_index : history_.back().from));
    history_.push_back(change);
    return {};
  }

  sql::PgRows rows_;
  const ChipChanges& remembered_;
  int columns_;
  PgRowCheck check_;
  std::vector<sql::PgField> fields_;
  std::vector<ChipChange> history_{};
  int next_ = 0;
};

}  // namespace

/// Of as many chips as one answer may be of.
Result<void> PostgresView::each_history_of_some(std::span<const RowN> chips,
                                                const HistoryVisit& visit) {
  MUSTER_TRY_ASSIGN(sql::PgConnection* const connection, server());
  MUSTER_TRY_ASSIGN(auto rows, ask_for(*connection, chips));
  HistoryRows histories(std::move(rows), remembered_);
  MUSTER_TRY_ASSIGN(const PgCursor cursor, histories.cursor());
  MUSTER_TRY(check_is_ours(cursor));
  for (const RowN chip : chips) {
    MUSTER_TRY_ASSIGN(const auto history, histories.of(chip, cursor.size));
    visit(chip, history);
  }
  return histories.at_end() ? Result<void>() : bad_history(": rows out of order");
}

Result<void> PostgresView::each_history(std::span<const RowN> chips, const HistoryVisit& visit) {
  constexpr std::size_t most_at_once = 4'096;
  for (; !chips.empty(); chips = chips.subspan(std::min(most_at_once, chips.size()))) {
    MUSTER_TRY(each_history_of_some(chips.first(std::min(most_at_once, chips.size())), visit));
  }
  return {};
}

Result<std::vector<ChipState>> PostgresView::states_of(RowN chip, Index32 size) {
  std::vector<ChipState> states;
  MUSTER_TRY(each_history(std::span(&chip, 1), [&](RowN, std::span<const ChipChange> history) {
    for (auto change = history.rbegin(); change != history.rend(); ++change) {
      if (change->from < size) states.push_back(change->state);
    }
  }));
  return states;
}

Result<void> PostgresView::chips_at(std::span<const RowN> chips, Index32 size,
                                    const ChipVisit& visit) {
  return each_history(chips, [&](RowN chip, std::span<const ChipChange> history) {
    const auto later = std::ranges::partition_point(
        history, [&](const ChipChange& change) { return change.from < size; });
    if (later != history.begin()) visit(chip, std::prev(later)->state);
  });
}

Result<std::optional<ChipState>> PostgresView::chip_at(RowN chip, Index32 size) {
  std::optional<ChipState> found;
  MUSTER_TRY(
      chips_at(std::span(&chip, 1), size, [&](RowN, const ChipState& state) { found = state; }));
  return found;
}

namespace {

/// Hands on each state as soon as it is known where it ended, by chip and index.
class HistoryWalk final {
 public:
  explicit HistoryWalk(const View::StateVisit& visit) : visit_(visit) {}

  Result<void> take(const ChipChange& change) {
    const bool same = change.chip == last_.chip;
    MUSTER_TRY(check_follows(change, same ? last_.from : no_index));
    if (same && change.from <= last_.from) return bad_history(": rows out of order");
    hand_on(same ? change.from : no_index);
    last_ = change;
    return {};
  }
  void end() { hand_on(no_index); }
  [[nodiscard]] RowN chip() const { return last_.chip; }

 private:
  void hand_on(Index32 to) {
    if (last_.chip != no_row) visit_(last_.chip, last_.from, to, last_.state);
  }
  const View::StateVisit& visit_;
  ChipChange last_;
};

/// The rows that the database lacks, in the order in which they belong between its own.
class MissingChanges final {
 public:
  MissingChanges(const ChipChanges& changes, Index32 size)
      : next_(changes.all().begin()), end_(changes.all().end()), size_(size) {}

  /// Hands on those of chips before `chip`.
  Result<void> up_to(RowN chip, HistoryWalk& walk) {
    for (; next_ != end_ && next_->first < chip; ++next_) {
      for (const ChipChange& change : next_->second) {
        if (change.from >= size_) MUSTER_TRY(walk.take(change));
      }
    }
    return {};
  }

 private:
  std::map<RowN, std::vector<ChipChange>>::const_iterator next_;
  std::map<RowN, std::vector<ChipChange>>::const_iterator end_;
  Index32 size_;
};

}  // namespace

Result<void> PostgresView::each_state(const StateVisit& visit) {
  static const std::string statement = "copy (select " + pg_history().columns() + " from " +
                                       pg_history().full_name() +
                                       " order by chip_n, from_index) to stdout (format binary)";
  // One snapshot for the cursor and the rows.
  MUSTER_TRY_ASSIGN(sql::PgConnection* const connection, server());
  MUSTER_TRY_ASSIGN(const auto snapshot,
                    sql::PgTransaction::begin(*connection, sql::PgTransaction::Kind::read));
  MUSTER_TRY_ASSIGN(const PgCursor cursor, read_cursor(*connection));
  MUSTER_TRY(check_is_ours(cursor));
  MUSTER_TRY_ASSIGN(auto rows, sql::PgCopyOut::begin(*connection, statement.c_str()));
  PgRowCheck check(pg_history().name);
  HistoryWalk walk(visit);
  MissingChanges missing(remembered_, cursor.size);
  std::uint64_t count = 0;
  while (true) {
    MUSTER_TRY_ASSIGN(const bool more, rows.next());
    if (!more) break;
    MUSTER_TRY_ASSIGN(const ChipChange change, change_in(rows.fields(), check));
    MUSTER_TRY(missing.up_to(change.chip, walk));
    MUSTER_TRY(walk.take(change));
    ++count;
  }
  if (count != cursor.changes) {
    return bad_history(": got " + std::to_string(count) + " rows, want " +
                       std::to_string(cursor.changes));
  }
  MUSTER_TRY(missing.up_to(no_row, walk));
  walk.end();
  return {};
}

Result<void> PostgresView::dump_history(const LineSink& sink) {
  return each_state([&](RowN chip, Index32 from, Index32 to, const ChipState& state) {
    sink(dump_change(chip, from, to, state));
  });
}

/// Of one that only reads: what the state changed since the last time stays here, until the
/// database has it.
Result<void> PostgresView::remember(const State& state) {
  MUSTER_TRY_ASSIGN(sql::PgConnection* const connection, server());
  MUSTER_TRY_ASSIGN(const PgCursor cursor, read_cursor(*connection));
  MUSTER_TRY(check_is_ours(cursor));
  for (const ChipChange& change : state.changes()) {
    if (change.from >= cursor.size) remembered_.add(change);
  }
  if (cursor.size > seen_) remembered_.forget_before(cursor.size);
  seen_ = cursor.size;
  return {};
}

}  // namespace muster::registry
