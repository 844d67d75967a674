#pragma once

namespace muster {

/// Ends the program with a message that names the broken assumption. For bugs only.
[[noreturn]] void check_failed(const char* file, int line, const char* condition);

}  // namespace muster

/// Holds in every build. A condition that fails is a bug in Muster, never a failure of the world.
#define MUSTER_CHECK(condition)                               \
  do {                                                        \
    if (!(condition)) {                                       \
      ::muster::check_failed(__FILE__, __LINE__, #condition); \
    }                                                         \
  } while (false)
