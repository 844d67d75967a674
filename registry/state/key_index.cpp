#include "registry/state/key_index.hpp"

namespace muster::registry {
namespace {

std::size_t first_slot(const Hash& key, std::size_t slots) {
  return std::hash<Hash>{}(key) & (slots - 1);
}

}  // namespace

RowN DeviceKeyIndex::find(const Table<ChipIdentity>& chips, const Hash& key) const {
  if (slots_.empty()) return no_row;
  for (std::size_t at = first_slot(key, slots_.size());; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == no_row) return no_row;
    if (chips[slots_[at]].device_key == key) return slots_[at];
  }
}

void DeviceKeyIndex::place(const Table<ChipIdentity>& chips, RowN chip) {
  std::size_t at = first_slot(chips[chip].device_key, slots_.size());
  while (slots_[at] != no_row) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = chip;
  ++used_;
}

void DeviceKeyIndex::add(const Table<ChipIdentity>& chips, RowN chip) {
  if ((used_ + 1) * 2 > slots_.size()) {
    std::vector<RowN> old = std::move(slots_);
    slots_.assign(std::max<std::size_t>(1024, old.size() * 2), no_row);
    used_ = 0;
    for (const RowN other : old) {
      if (other != no_row) place(chips, other);
    }
  }
  place(chips, chip);
}

void DeviceKeyIndex::remove(const Table<ChipIdentity>& chips, RowN chip) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = first_slot(chips[chip].device_key, slots_.size());
  while (slots_[hole] != chip) hole = (hole + 1) & mask;
  // What probed past the hole moves up, so that no search ends too early.
  for (std::size_t at = (hole + 1) & mask; slots_[at] != no_row; at = (at + 1) & mask) {
    const std::size_t home = first_slot(chips[slots_[at]].device_key, slots_.size());
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = no_row;
  --used_;
}

void DeviceKeyIndex::rebuild(const Table<ChipIdentity>& chips) {
  slots_.clear();
  used_ = 0;
  for (RowN n = 0; n < chips.size(); ++n) {
    if (chips[n].enrolled()) add(chips, n);
  }
}

}  // namespace muster::registry
