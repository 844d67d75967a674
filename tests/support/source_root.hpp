#pragma once

namespace muster::test {

/// The folder of the sources, for the files that tests read. It stands in one object file alone, so
/// that all others are the same in every clone.
extern const char* const source_root;

}  // namespace muster::test
