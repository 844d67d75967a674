#include "tests/support/source_root.hpp"

namespace muster::test {

const char* const source_root = MUSTER_SOURCE_ROOT;

}  // namespace muster::test
