#pragma once

#include <map>
#include <span>
#include <vector>

#include "registry/state/state.hpp"

namespace muster::registry {

/// Changes of chips that are not in a database yet, by chip.
class ChipChanges final {
 public:
  void add(const ChipChange& change) { changes_[change.chip].push_back(change); }
  /// Forgets those of the first `size` entries. Cost: one look at each.
  void forget_before(Index32 size) {
    for (auto chip = changes_.begin(); chip != changes_.end();) {
      std::erase_if(chip->second, [size](const ChipChange& one) { return one.from < size; });
      chip = chip->second.empty() ? changes_.erase(chip) : std::next(chip);
    }
  }
  /// Those of one chip, oldest first.
  [[nodiscard]] std::span<const ChipChange> of(RowN chip) const {
    const auto found = changes_.find(chip);
    if (found == changes_.end()) return {};
    return found->second;
  }
  [[nodiscard]] const std::map<RowN, std::vector<ChipChange>>& all() const { return changes_; }

 private:
  std::map<RowN, std::vector<ChipChange>> changes_;
};

}  // namespace muster::registry
