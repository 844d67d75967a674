#include "registry/view/loading.hpp"

namespace muster::registry {

Result<void> check_view_cursor(std::int64_t size, const State& state, ledger::Log& log) {
  if (size != static_cast<std::int64_t>(state.size()) || state.size() > log.size().value) {
    return failure(Errc::corrupt, "view: its cursor does not fit the log");
  }
  if (state.size() == 0) return {};
  MUSTER_TRY_ASSIGN(const auto entries, log.read({state.size() - 1}, 1));
  const Hash& last = state.tables().statements[state.size() - 1].hash;
  if (entries.empty() || ledger::statement_hash(entries.front().envelope) != last) {
    return failure(Errc::corrupt, "view: it was made from another log");
  }
  return {};
}

Result<void> check_same_history(Index32 saved, const Hash& last, const State& state) {
  if (saved == 0 || saved > state.size()) return {};
  if (state.tables().statements[saved - 1].hash == last) return {};
  return failure(Errc::corrupt, "view: it was made from another log");
}

std::vector<ChangePlace> unsaved_changes(const std::vector<ChipChange>& changes, Index32 saved) {
  std::vector<ChangePlace> order;
  order.reserve(changes.size());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].from < saved) continue;
    order.push_back({changes[i].chip, static_cast<std::uint32_t>(i)});
  }
  std::ranges::stable_sort(order, {}, &ChangePlace::chip);
  return order;
}

}  // namespace muster::registry
