#pragma once

#include <csignal>
#include <cstdint>

namespace muster::cli {

/// While it lives, SIGINT and SIGTERM do not end the process but are noticed by `wait`: for
/// commands that go on until they are told to stop, and then finish what they are doing. One at a
/// time.
class StopSignals final {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  /// Waits for at most `timeout_ms`; whether a signal came, now or before.
  bool wait(std::int64_t timeout_ms);

 private:
  sigset_t watched_{};
  sigset_t before_{};
};

}  // namespace muster::cli
