#pragma once

#include <algorithm>
#include <functional>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "registry/values.hpp"

namespace muster::registry {

/// Finds the row that has a name. Open addressing over row numbers, each beside 32 bits of its
/// name's hash; the names themselves are in the table: 11 to 21 bytes a row, no allocation per row.
class NameIndex final {
 public:
  explicit NameIndex(std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
      : places_(&memory) {}

  /// The row called `name`, or `no_row`; `has_name(n)` says whether row `n` is called so.
  template <class HasName>
  [[nodiscard]] RowN find(std::string_view name, HasName has_name) const {
    if (places_.empty()) return no_row;
    const std::uint32_t hash = hash_of(name);
    for (std::size_t at = hash & mask(); places_[at].row != no_row; at = next(at)) {
      if (places_[at].hash == hash && has_name(places_[at].row)) return places_[at].row;
    }
    return no_row;
  }

  /// Row `n` is called `name` from now on.
  void add(std::string_view name, RowN n) {
    if ((used_ + 1) * 4 > places_.size() * 3) grow();
    put({hash_of(name), n});
    ++used_;
  }

  /// Row `n` is not called `name` any more; nothing where it was not.
  void remove(std::string_view name, RowN n) {
    if (places_.empty()) return;
    std::size_t gap = hash_of(name) & mask();
    while (places_[gap].row != n) {
      if (places_[gap].row == no_row) return;
      gap = next(gap);
    }
    // What stands behind and would be found through the gap moves up into it.
    for (std::size_t at = next(gap); places_[at].row != no_row; at = next(at)) {
      const std::size_t home = places_[at].hash & mask();
      const bool reaches_gap = ((at - home) & mask()) >= ((at - gap) & mask());
      if (!reaches_gap) continue;
      places_[gap] = places_[at];
      gap = at;
    }
    places_[gap] = {};
    --used_;
  }

 private:
  struct Place {
    std::uint32_t hash = 0;
    RowN row = no_row;
  };
  static constexpr std::size_t least_places = 16;

  static std::uint32_t hash_of(std::string_view name) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(name));
  }
  [[nodiscard]] std::size_t mask() const { return places_.size() - 1; }
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  void put(Place place) {
    std::size_t at = place.hash & mask();
    while (places_[at].row != no_row) at = next(at);
    places_[at] = place;
  }
  void grow() {
    std::pmr::vector<Place> old(std::max(least_places, places_.size() * 2), Place{},
                                places_.get_allocator());
    old.swap(places_);
    for (const Place& place : old) {
      if (place.row != no_row) put(place);
    }
  }

  std::pmr::vector<Place> places_;  // a power of two of them
  std::size_t used_ = 0;
};

}  // namespace muster::registry
