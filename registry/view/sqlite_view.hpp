#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ledger/log.hpp"
#include "ledger/sql/database.hpp"
#include "registry/dump.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// How to know a view's file, and how to lay one.
[[nodiscard]] const sql::Schema& view_schema();

class Pauses;

/// The tables of a state in one SQLite file, with the history of every chip: `chip_state` has one
/// row per chip and statement that changed it, valid for entries [from_index, to_index).
///
/// Written behind the log in large transactions that move the cursor with the rows; never the
/// truth: whatever is wrong with it, `create_anew` and the log make it again.
class SqliteView final {
 public:
  /// Removes what is at `path` and lays an empty view.
  static Result<SqliteView> create_anew(const std::filesystem::path& path);

  /// Called now and then while all rows of a state are gone through, so that memory which was
  /// touched on the way can be given back. May be empty.
  using Pause = std::function<void()>;

  /// Opens the view at `path` and fills `state` from it.
  /// Errors: `not_found`, `invalid_input`, `corrupt`: any of them asks for a rebuild. Also when the
  /// log is shorter than the view, or has another statement where the view's last one is.
  static Result<SqliteView> load(const std::filesystem::path& path, State& state, ledger::Log& log,
                                 const Pause& pause = {});

  /// Writes what is unsaved in `state`, and the cursor, in one transaction. Where another process
  /// saved more than `state` has, nothing: the cursor never goes back.
  /// Errors: `corrupt` if the file is of another log than the state.
  Result<void> save(const State& state, const Pause& pause = {});

  /// Every row of `chip_state` by chip and index, as `dump_change` writes it.
  Result<void> dump_history(const LineSink& sink);

  /// Calls `visit(chip, from, to, state)` for every row of `chip_state` by chip and index; `to` is
  /// `no_index` for the state that a chip is in. Errors: `corrupt` for what is no value.
  using StateVisit = std::function<void(RowN, Index32, Index32, const ChipState&)>;
  Result<void> each_state(const StateVisit& visit);

  /// The state that a chip was in after `size` entries; nothing before it was made.
  Result<std::optional<ChipState>> chip_at(RowN chip, Index32 size);

  /// Every state that the chip was in by the first `size` entries, the newest first.
  /// Errors: `corrupt` for what is no value.
  Result<std::vector<ChipState>> states_of(RowN chip, Index32 size);

 private:
  explicit SqliteView(std::unique_ptr<sql::Database> database) : database_(std::move(database)) {}
  Result<void> save_history(const State& state, Index32 saved, Pauses& pauses);
  Result<void> scan_history(bool as_it_stands, const StateVisit& visit);
  Result<void> fill(State& state, Pauses& pauses);

  std::unique_ptr<sql::Database> database_;
};

}  // namespace muster::registry
