#pragma once

#include <doctest/doctest.h>

#include <array>
#include <filesystem>

#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/disk/test_disk.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"
#include "tests/support/sweep.hpp"

namespace muster::test {

/// A machine with a new log on a disk that can fail.
struct Machine {
  explicit Machine(const std::string& name = "disk") : folder(name) {
    must(ledger::SqliteStore::create(log));
    disk.heal();
  }

  Folder folder;
  TestDisk disk;
  std::filesystem::path log = folder.path() / "log.db";
};

/// All that can go wrong at one operation.
inline constexpr std::array every_disk_fault{DiskFault::power_cut, DiskFault::error_once,
                                             DiskFault::error_for_good, DiskFault::full,
                                             DiskFault::sync_loses_data};

/// Tries the operations of a piece of work one by one: calls `try_at` with the number of each, by
/// `step` and `sweep_stride`; it is said when a check fails. Work with few of them shows nothing.
template <class TryAt>
void at_each_operation(std::size_t operations, std::size_t step, const TryAt& try_at) {
  REQUIRE(operations > 10);
  for (std::size_t at = 0; at < operations; at += step * sweep_stride) {
    CAPTURE(at);
    try_at(at);
  }
}

/// The disk works again. After a power cut `survival` is left of what was not synced, by `seed`.
inline void mend(TestDisk& disk, DiskFault fault, Survival survival, std::uint64_t seed) {
  if (fault == DiskFault::power_cut) {
    disk.restart(survival, seed);
  } else {
    disk.heal();
  }
}

}  // namespace muster::test
