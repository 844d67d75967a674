#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "ledger/log.hpp"
#include "registry/state/state.hpp"

// What views of every kind do when they are loaded and saved.

namespace muster::registry {

/// Adds a row that was read as number `number`, if it is the next one and its values can be.
/// Errors: `corrupt`, naming the table.
template <class T>
Result<void> add_loaded(T& table, const std::string& name, std::int64_t number, bool sound,
                        typename T::Row row) {
  const auto bad = [&](const char* what) {
    return failure(Errc::corrupt, "view: table " + name + what);
  };
  if (number != static_cast<std::int64_t>(table.size())) return bad(" has a hole");
  if (!sound) return bad(": not a value");
  if constexpr (requires { table.find(std::string()); }) {
    if (table.find(row.id) != no_row) return bad(": id stands twice");
  }
  table.add(std::move(row));
  return {};
}

/// Whether the log has, at the end of a view that is of `size` entries, the statement that the
/// view saw there. Errors: `corrupt`.
Result<void> check_view_cursor(std::int64_t size, const State& state, ledger::Log& log);

/// Whether a view of `saved` entries, the last of them statement `last`, is of the history that
/// `state` is of, as far as `state` goes. Errors: `corrupt`.
Result<void> check_same_history(Index32 saved, const Hash& last, const State& state);

/// Where a change stands among those of the state.
struct ChangePlace {
  RowN chip = no_row;
  std::uint32_t place = 0;
};

/// The changes by entries from `saved` on, by chip and index: so the rows of a chip lie together,
/// and one that ended meanwhile is written once.
[[nodiscard]] std::vector<ChangePlace> unsaved_changes(const std::vector<ChipChange>& changes,
                                                       Index32 saved);

}  // namespace muster::registry
