#include "ledger/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace muster {

void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "muster: bug at %s:%d: %s does not hold\n", file, line, condition);
  std::abort();
}

}  // namespace muster
