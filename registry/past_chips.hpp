#pragma once

#include <unordered_map>

#include "registry/state/state.hpp"

namespace muster::registry {

class View;

/// The chips as the first entries of the log left them: the present states, but for those that a
/// later entry made. Borrows the state.
class PastChips final {
 public:
  /// The chips of now.
  static PastChips of_now(const State& state);
  /// The chips after `size` entries. States that ended since come from `view`, which must be
  /// flushed; it may be null if there are none.
  /// Errors: `unavailable` without a view that has them; those of the view.
  /// Cost: one look at every chip, and one query for each that a later entry changed.
  static Result<PastChips> after(const State& state, View* view, Index32 size);

  /// Chips that were registered by then.
  [[nodiscard]] RowN count() const { return count_; }
  /// Requires: chip < count().
  [[nodiscard]] const ChipState& operator[](RowN chip) const;

 private:
  explicit PastChips(const State& state) : state_(&state) {}

  const State* state_;
  RowN count_ = 0;
  std::unordered_map<RowN, ChipState> ended_{};
};

}  // namespace muster::registry
