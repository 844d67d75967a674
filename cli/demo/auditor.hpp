#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::cli::demo {

/// The inspector of a simulated world: a second process, the same program as anybody else's. It is
/// told the registry's folder, its own folder, and files; it can see nothing of the world's memory.
class Auditor final {
 public:
  /// `program` is the muster command.
  Auditor(std::string program, std::filesystem::path registry)
      : program_(std::move(program)), registry_(std::move(registry)) {}

  /// What a command answered.
  struct Answer {
    int exit_code = 0;
    Json json;            ///< Of `--json`; null when it printed none.
    std::string message;  ///< The last line on standard error.
    std::int64_t ms = 0;
  };

  /// Runs `muster ARGUMENTS --json` at the simulated instant `now`.
  /// Errors: `unavailable` when the process cannot be started or ends by a signal.
  Result<Answer> ask(const std::vector<std::string>& arguments, Timestamp now) const;

  /// Like `ask`, and demands one of `codes`. Errors: `corrupt` with the command and its message.
  Result<Answer> demand(const std::vector<std::string>& arguments, Timestamp now,
                        std::initializer_list<int> codes) const;

 private:
  std::string program_;
  std::filesystem::path registry_;
};

}  // namespace muster::cli::demo
