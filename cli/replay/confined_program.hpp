#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "ledger/base/error.hpp"

namespace muster::cli {

/// What a program of others may use.
struct ProgramLimits {
  std::uint64_t seconds = 3'600;      ///< By the clock; on each core as much processor time.
  std::uint64_t memory_mib = 16'384;  ///< Of address space, each process.
  std::uint64_t file_bytes = 0;       ///< Each file that it writes.
  bool has_network = false;  ///< It may use the network, and run where no walls can be made.
};

/// How a program ended of which nothing is left.
struct ProgramRun {
  bool is_timed_out = false;
  int exit_code = 0;  ///< Of one that ended by itself.
  int signal = 0;     ///< That killed it, else 0.
  /// Whether it had a namespace of processes for itself; and, unless it was allowed a network, one
  /// of networks with nothing in it.
  bool has_walls = false;
  double seconds = 0;
  double cpu_seconds = 0;
  std::string output;  ///< The last of what it printed, 8 KiB at most. A stranger's bytes.

  [[nodiscard]] bool is_well() const { return !is_timed_out && exit_code == 0 && signal == 0; }
};

/// Runs `program` with the one argument `folder`, which is where it starts, and returns when it has
/// ended and all that it started is dead: with the end of the first process the kernel ends all
/// others in their namespace. It gets no input, no environment but PATH, HOME, TMPDIR and LANG, no
/// open files, no way to more rights, and at the time limit its end. Where this program is root it
/// runs as nobody, who then owns `folder`. It can read what its user can read. Errors:
/// `unavailable`: it is no program, the kernel refuses the walls, a limit cannot be set.
Result<ProgramRun> run_confined(const std::filesystem::path& program,
                                const std::filesystem::path& folder, const ProgramLimits& limits);

/// Why it did not end well: "was killed at the time limit of 5 s", "ended with exit code 3", and
/// the last lines that it printed.
[[nodiscard]] std::string why_not_well(const ProgramRun& run, const ProgramLimits& limits);

}  // namespace muster::cli
