#pragma once

#include <algorithm>
#include <memory_resource>
#include <vector>

#include "ledger/base/hash.hpp"
#include "registry/state/table.hpp"

namespace muster::registry {

/// Finds the row that has a hash. Open addressing over row numbers, the hashes themselves being in
/// the table: 8 to 16 bytes a row, no allocation per row.
template <class Row, auto hash, class Key = Hash>
class HashIndex final {
 public:
  explicit HashIndex(std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
      : slots_(&memory) {}

  /// The row with `wanted`, or `no_row`.
  [[nodiscard]] RowN find(const Table<Row>& rows, const Key& wanted) const {
    if (slots_.empty()) return no_row;
    return slots_[slot_of(rows, wanted)];
  }

  /// Adds row `n` of `rows`, unless one with its hash is there already.
  void add(const Table<Row>& rows, RowN n) {
    if ((used_ + 1) * 2 > slots_.size()) grow(rows);
    place(rows, n);
  }

  /// Forgets row `n`, if it is the one that has its hash. Requires: it is still in `rows`.
  void remove(const Table<Row>& rows, RowN n) {
    if (slots_.empty()) return;
    std::size_t gap = slot_of(rows, rows[n].*hash);
    if (slots_[gap] != n) return;
    // What stands behind and would be found through the gap moves up into it.
    for (std::size_t at = next(gap); slots_[at] != no_row; at = next(at)) {
      const std::size_t home = first_slot(rows[slots_[at]].*hash);
      const bool reaches_gap = ((at - home) & mask()) >= ((at - gap) & mask());
      if (!reaches_gap) continue;
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = no_row;
    --used_;
  }

  /// Forgets all, and adds every row of `rows` that has a hash.
  void rebuild(const Table<Row>& rows) {
    slots_.clear();
    used_ = 0;
    for (RowN n = 0; n < rows.size(); ++n) {
      if (rows[n].*hash != Key{}) add(rows, n);
    }
  }

 private:
  static constexpr std::size_t least_slots = 64;

  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  [[nodiscard]] std::size_t first_slot(const Key& key) const {
    return std::hash<Key>{}(key)&mask();
  }
  /// Where the row with this hash is, or would be.
  [[nodiscard]] std::size_t slot_of(const Table<Row>& rows, const Key& wanted) const {
    std::size_t at = first_slot(wanted);
    while (slots_[at] != no_row && rows[slots_[at]].*hash != wanted) at = next(at);
    return at;
  }
  void place(const Table<Row>& rows, RowN n) {
    RowN& slot = slots_[slot_of(rows, rows[n].*hash)];
    if (slot != no_row) return;
    slot = n;
    ++used_;
  }
  void grow(const Table<Row>& rows) {
    std::pmr::vector<RowN> old(std::max(least_slots, slots_.size() * 2), no_row,
                               slots_.get_allocator());
    old.swap(slots_);
    used_ = 0;
    for (const RowN n : old) {
      if (n != no_row) place(rows, n);
    }
  }

  std::pmr::vector<RowN> slots_;  // a power of two of them
  std::size_t used_ = 0;
};

}  // namespace muster::registry
