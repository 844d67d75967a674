#include "registry/past_chips.hpp"

#include <algorithm>

#include "registry/view/view.hpp"

namespace muster::registry {

PastChips PastChips::of_now(const State& state) {
  PastChips chips(state);
  chips.count_ = state.tables().chips.size();
  return chips;
}

Result<PastChips> PastChips::after(const State& state, View* view, Index32 size) {
  PastChips chips(state);
  const auto& identities = state.tables().identities.rows();
  // Registered in the order of the log.
  const auto later =
      std::ranges::partition_point(identities, [&](const auto& row) { return row.made < size; });
  chips.count_ = static_cast<RowN>(later - identities.begin());
  std::vector<RowN> changed;
  for (RowN n = 0; n < chips.count_; ++n) {
    if (state.tables().chips[n].last >= size) changed.push_back(n);
  }
  if (changed.empty()) return chips;
  if (view == nullptr) {
    return failure(Errc::unavailable, "an earlier state: the registry is open without its view");
  }
  MUSTER_TRY(view->chips_at(changed, size, [&](RowN chip, const ChipState& before) {
    if (before.last < size) chips.ended_.emplace(chip, before);
  }));
  for (const RowN n : changed) {
    if (chips.ended_.contains(n)) continue;
    return failure(Errc::corrupt, "view: has no state of chip " + state.chip_id(n).to_string() +
                                      " after " + std::to_string(size) +
                                      " entries; `muster registry rebuild` makes it anew");
  }
  return chips;
}

const ChipState& PastChips::operator[](RowN chip) const {
  const auto& now = state_->tables().chips[chip];
  if (ended_.empty()) return now;
  const auto ended = ended_.find(chip);
  return ended == ended_.end() ? now : ended->second;
}

}  // namespace muster::registry
