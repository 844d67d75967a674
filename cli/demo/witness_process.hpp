#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "ledger/base/error.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::cli::demo {

/// A witness that answers on this machine, as a process of its own, while this object lives.
class WitnessProcess final {
 public:
  /// Starts `program ledger witness serve FOLDER` on a port that the system chooses, its clock
  /// fixed at `now`, and waits until it listens.
  /// Errors: `unavailable` when it cannot be started or ends at once.
  static Result<WitnessProcess> start(const std::string& program,
                                      const std::filesystem::path& folder, Timestamp now);
  WitnessProcess(WitnessProcess&& other) noexcept;
  WitnessProcess& operator=(WitnessProcess&&) = delete;
  WitnessProcess(const WitnessProcess&) = delete;
  WitnessProcess& operator=(const WitnessProcess&) = delete;
  /// Stops it and waits for its end.
  ~WitnessProcess();

  [[nodiscard]] const std::string& url() const { return url_; }
  /// Its verifier key.
  [[nodiscard]] const std::string& key() const { return key_; }

 private:
  explicit WitnessProcess(pid_t process) : process_(process) {}

  pid_t process_;
  std::string url_;
  std::string key_;
};

}  // namespace muster::cli::demo
