#pragma once

#include <sys/types.h>

#include <cstdint>

namespace muster::cli {

/// All that the processes between this one and a confined program need. Borrows its texts: they are
/// made before the fork, since nothing may be allocated after it.
struct GuardPlan {
  const char* program = nullptr;     ///< Absolute.
  char* const* arguments = nullptr;  ///< With a null at the end, like the next.
  char* const* environment = nullptr;
  const char* folder = nullptr;
  std::uint64_t milliseconds = 0;  ///< By the clock; then everything is killed.
  std::uint64_t cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t processes = 0;
  bool has_network = false;
  int output = -1;  ///< Where the program prints.
  int report = -1;  ///< Where reports are written.
};

/// How far a confined program came.
enum class GuardStage : std::int32_t {
  walls,     ///< The kernel refused namespaces.
  identity,  ///< It could not be made to run as nobody.
  limits,    ///< A limit could not be set.
  start,     ///< It could not be executed.
  ended,     ///< It ran, and `status` says how it ended.
  cleared,   ///< Nothing of it is left; the last report.
};

/// What a guard says, whole or not at all.
struct GuardReport {
  GuardStage stage{};
  std::int32_t problem = 0;  ///< An errno; 0 if this stage went well.
  std::int32_t status = 0;   ///< As `waitpid` gives it.
  std::int32_t is_timed_out = 0;
  std::int32_t has_walls = 0;  ///< In namespaces of its own.
  std::int64_t milliseconds = 0;
  std::int64_t cpu_microseconds = 0;
};

/// The user and group that a program gets where this one is root: nobody.
inline constexpr unsigned nobody_id = 65'534;

/// Runs the program in a process that was forked for this: behind walls, within limits, and ends
/// only when nothing of it is left. Writes reports and never returns. Dies with its parent.
[[noreturn]] void guard_program(const GuardPlan& plan, pid_t parent);

}  // namespace muster::cli
