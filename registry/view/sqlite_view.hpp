#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "ledger/log.hpp"
#include "ledger/sql/database.hpp"
#include "registry/view/view.hpp"

namespace muster::registry {

/// How to know a view's file, and how to lay one.
[[nodiscard]] const sql::Schema& view_schema();

/// A view in one SQLite file: `chip_state` has one row per chip and statement that changed it,
/// valid for entries [from_index, to_index).
class SqliteView final : public View {
 public:
  /// Removes what is at `path` and lays an empty view.
  static Result<SqliteView> create_anew(const std::filesystem::path& path);

  /// Opens the view at `path` and fills `state` from it.
  /// Errors: `not_found`, `invalid_input`, `corrupt`: any of them asks for a rebuild. Also when the
  /// log is shorter than the view, or has another statement where the view's last one is.
  static Result<SqliteView> load(const std::filesystem::path& path, State& state, ledger::Log& log,
                                 const Pause& pause = {});

  using View::save;
  Result<void> save(const State& state, const Pause& pause) override;
  Result<void> dump_history(const LineSink& sink) override;
  Result<void> each_state(const StateVisit& visit) override;
  Result<std::optional<ChipState>> chip_at(RowN chip, Index32 size) override;
  Result<void> chips_at(std::span<const RowN> chips, Index32 size, const ChipVisit& visit) override;
  Result<std::vector<ChipState>> states_of(RowN chip, Index32 size) override;

 private:
  explicit SqliteView(std::unique_ptr<sql::Database> database) : database_(std::move(database)) {}
  Result<void> save_history(const State& state, Index32 saved, Pauses& pauses);
  Result<void> scan_history(bool as_it_stands, const StateVisit& visit);
  Result<void> fill(State& state, Pauses& pauses);

  Result<sql::Statement*> history_statement();
  /// States of one chip as of `size` entries, the newest first, at most so many; all for -1.
  Result<std::vector<ChipState>> newest_states(RowN chip, Index32 size, std::int64_t most);

  std::unique_ptr<sql::Database> database_;
  std::optional<sql::Statement> history_{};  // goes before its database
};

}  // namespace muster::registry
