#pragma once

#include <unordered_map>
#include <vector>

#include "registry/state/state.hpp"

namespace muster::exchange {

/// What every container and assembly stood in, after any number of entries: the state has only what
/// they stand in now. From the journal of rows. Borrows the state, which must not change meanwhile.
///
/// Cost: once, the changes of all holders; then a look-up for each holder on the way up.
class HolderHistory final {
 public:
  explicit HolderHistory(const registry::State& state);

  /// What `holder` stood in after the first `size` entries, or `no_row`.
  [[nodiscard]] registry::RowN parent_of(registry::RowN holder, registry::Index32 size) const;

  /// Whether `inner` was `outer`, or stood in it, by itself or in others, after `size` entries.
  [[nodiscard]] bool is_within(registry::RowN inner, registry::RowN outer,
                               registry::Index32 size) const;

 private:
  struct Step {
    registry::Index32 index;  ///< The statement that put it there.
    registry::RowN parent;
  };
  std::unordered_map<registry::RowN, std::vector<Step>> steps_{};  // by holder, in order
};

}  // namespace muster::exchange
