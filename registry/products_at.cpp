#include "registry/products_at.hpp"

#include <algorithm>

namespace muster::registry {

ProductsAt::ProductsAt(const State& state, Index32 size) : state_(&state) {
  const auto& regrades = state.tables().regrades.rows();
  auto later = std::ranges::lower_bound(regrades, size, {}, &Regrade::index);
  for (; later != regrades.end(); ++later) {
    for (const auto& [chip, before] : state.chips_before(later->chips_of)) {
      was_.try_emplace(chip, later->from);  // the first change since says what it was
    }
  }
}

RowN ProductsAt::operator[](RowN chip) const {
  if (!was_.empty()) {
    const auto found = was_.find(chip);
    if (found != was_.end()) return found->second;
  }
  return state_->tables().identities[chip].product;
}

}  // namespace muster::registry
