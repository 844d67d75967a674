#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "tests/ledger/disk/test_disk.hpp"

namespace muster::test {

/// What a writer's clients were told. All of it must hold for ever.
struct Promised {
  std::vector<Bytes> entries;
  std::vector<Hash> blobs;
  std::vector<std::string> checkpoints;
  std::size_t in_flight = 0;  ///< Entries that were being appended when it ended: there or not.
};

/// Appends, publishes, folds, closes and opens a log again, gets killed, and goes on, in ten rounds
/// of always the same bytes. Stops at the first error, as a process does.
/// `disk` is told to kill the process; nothing when the disk is a real one.
Result<void> work_on(const std::filesystem::path& log, TestDisk* disk, Promised& promised);

/// Ends the test case unless everything promised is in the log, which audits clean, has nothing
/// else but at most the entries in flight, all of them, and can be gone on with.
void check_kept(const std::filesystem::path& log, const Promised& promised);

}  // namespace muster::test
