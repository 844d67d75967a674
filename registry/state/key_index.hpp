#pragma once

#include <vector>

#include "ledger/base/hash.hpp"
#include "registry/state/records.hpp"
#include "registry/state/table.hpp"

namespace muster::registry {

/// Finds the chip that has a device key. Open addressing over row numbers, the keys themselves
/// being in the identity table: 8 to 16 bytes a key, no allocation per key.
class DeviceKeyIndex final {
 public:
  /// The chip with `key`, or `no_row`.
  [[nodiscard]] RowN find(const Table<ChipIdentity>& chips, const Hash& key) const;
  /// Requires: the chip's key is set in `chips` and not in the index.
  void add(const Table<ChipIdentity>& chips, RowN chip);
  /// Forgets the key of `chip`, which is still set in `chips`.
  void remove(const Table<ChipIdentity>& chips, RowN chip);
  /// Forgets all and adds every enrolled chip of `chips`.
  void rebuild(const Table<ChipIdentity>& chips);

 private:
  void place(const Table<ChipIdentity>& chips, RowN chip);

  std::vector<RowN> slots_;
  std::size_t used_ = 0;
};

}  // namespace muster::registry
