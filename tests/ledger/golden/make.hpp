#pragma once

#include <cstdint>
#include <filesystem>

namespace muster::test {

/// Makes a log with every format that ledger/README.md describes in the new `folder`, always the
/// same: tests/vectors/ledger/golden/README.md lists the files. Requires: at least 12 entries.
void make_golden_log(const std::filesystem::path& folder, std::uint64_t entries);

}  // namespace muster::test
