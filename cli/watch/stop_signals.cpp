#include "cli/watch/stop_signals.hpp"

#include <pthread.h>
#include <time.h>

#include <cerrno>

namespace muster::cli {

StopSignals::StopSignals() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
}

StopSignals::~StopSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

bool StopSignals::wait(std::int64_t timeout_ms) {
  constexpr std::int64_t ms_per_second = 1'000;
  constexpr long ns_per_ms = 1'000'000;
  const timespec timeout{.tv_sec = timeout_ms / ms_per_second,
                         .tv_nsec = static_cast<long>(timeout_ms % ms_per_second) * ns_per_ms};
  int got = -1;
  do {
    got = sigtimedwait(&watched_, nullptr, &timeout);
  } while (got < 0 && errno == EINTR);
  return got > 0;
}

}  // namespace muster::cli
