#pragma once

#include <memory>
#include <string>

#include "ledger/log.hpp"
#include "ledger/sql/postgres.hpp"
#include "registry/view/chip_changes.hpp"
#include "registry/view/postgres_cursor.hpp"
#include "registry/view/view.hpp"

namespace muster::registry {

/// A view in a database of PostgreSQL, in its schema `muster_view`, for any number of programs at
/// once: `postgres_schema.hpp`. Tables that grow with the chips are parted by chip.
///
/// A connection that was lost is made again at the next call: what is there then is of the view
/// that was loaded, or the call fails.
///
/// One that only reads, as on a standby, keeps what its state saves in memory, until the database
/// has it.
class PostgresView final : public View {
 public:
  /// Lays an empty view in the place of what there is. Programs that have the former one open are
  /// told so at their next call. Errors: `unavailable`, also where the server only reads.
  static Result<PostgresView> create_anew(const std::string& url);

  /// Opens the view and fills `state` from it. Errors: those of `load_view`.
  static Result<PostgresView> load(const std::string& url, bool only_read, State& state,
                                   ledger::Log& log, const Pause& pause = {});

  /// The right to make the view, for as long as the connection lives.
  /// Errors: `unavailable`, after a minute, too.
  static Result<sql::PgConnection> lock_making(const std::string& url);

  using View::save;
  Result<void> save(const State& state, const Pause& pause) override;
  Result<void> dump_history(const LineSink& sink) override;
  Result<void> each_state(const StateVisit& visit) override;
  Result<std::optional<ChipState>> chip_at(RowN chip, Index32 size) override;
  Result<void> chips_at(std::span<const RowN> chips, Index32 size, const ChipVisit& visit) override;
  Result<std::vector<ChipState>> states_of(RowN chip, Index32 size) override;

 private:
  PostgresView(std::string url, sql::PgConnection connection, bool only_read)
      : url_(std::move(url)),
        connection_(std::make_unique<sql::PgConnection>(std::move(connection))),
        only_read_(only_read) {}
  Result<sql::PgConnection*> server();
  Result<void> check_is_ours(const PgCursor& cursor) const;
  Result<void> remember(const State& state);
  /// Takes all changes of one chip, oldest first.
  using HistoryVisit = std::function<void(RowN, std::span<const ChipChange>)>;
  Result<void> each_history(std::span<const RowN> chips, const HistoryVisit& visit);
  Result<void> each_history_of_some(std::span<const RowN> chips, const HistoryVisit& visit);

  std::string url_;
  std::unique_ptr<sql::PgConnection> connection_;  // in place: transactions borrow it
  bool only_read_;
  Bytes generation_{};
  Index32 seen_ = 0;        // the database has at least so many entries
  ChipChanges remembered_;  // of one that only reads: what the database may lack
};

}  // namespace muster::registry
