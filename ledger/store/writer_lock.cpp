#include "ledger/store/writer_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

namespace muster::ledger {
namespace {

/// How long to sleep between two tries: short at first, for a writer that is just leaving.
constexpr std::chrono::milliseconds longest_pause{20};

std::string system_reason() { return std::error_code(errno, std::generic_category()).message(); }

}  // namespace

Result<WriterLock> WriterLock::acquire(const std::filesystem::path& log, int timeout_ms) {
  const std::string path = log.string() + ".lock";
  WriterLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (lock.descriptor_ < 0) {
    return failure(Errc::unavailable, "opening " + path + ": " + system_reason());
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  std::chrono::milliseconds pause{1};
  // The kernel has no flock with a time limit.
  while (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return failure(Errc::unavailable, "locking " + path + ": " + system_reason());
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return failure(Errc::unavailable, "locking " + path + ": another writer held it for " +
                                            std::to_string(timeout_ms) + " ms");
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, longest_pause);
  }
  return lock;
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace muster::ledger
