#pragma once

#include <unordered_map>

#include "registry/state/state.hpp"

namespace muster::registry {

/// What product every chip was, as the first `size` entries tell it: for whoever asks of many.
/// Borrows the state, which must not change meanwhile.
///
/// Cost: once, the chips that were regraded since; then a look-up.
class ProductsAt final {
 public:
  ProductsAt(const State& state, Index32 size);

  [[nodiscard]] RowN operator[](RowN chip) const;

 private:
  const State* state_;
  std::unordered_map<RowN, RowN> was_{};  ///< By chip, of those that became something else since.
};

}  // namespace muster::registry
