#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "registry/values.hpp"

namespace muster::registry {

/// Which chips each party has now: a compressed bitmap for each (Chambi, Lemire and others, Better
/// bitmap performance with Roaring bitmaps, 2016). One that has a range of chips costs some bytes
/// a range, one that has few of many two bytes a chip; no bitmap is more than a bit a chip.
class HeldChips final {
 public:
  HeldChips();
  ~HeldChips();
  HeldChips(HeldChips&&) noexcept;
  HeldChips& operator=(HeldChips&&) noexcept;
  HeldChips(const HeldChips& other);
  HeldChips& operator=(const HeldChips& other);

  void put(RowN party, RowN chip);
  void take(RowN party, RowN chip);

  [[nodiscard]] std::uint64_t count(RowN party) const;
  [[nodiscard]] bool has(RowN party, RowN chip) const;
  /// The first chips of the party from row `first` on, rising; `most` of them, if there are so
  /// many. Cost: those, wherever they begin.
  [[nodiscard]] std::vector<RowN> some(RowN party, RowN first, std::size_t most) const;

 private:
  struct Bitmaps;
  std::unique_ptr<Bitmaps> bitmaps_;
};

}  // namespace muster::registry
