#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace muster::http {

/// The memory that bodies of requests take, over all connections. One address has at most half of
/// it, so that nobody alone uses it up. Thread-safe.
class BodyBudget final {
 public:
  explicit BodyBudget(std::size_t most) : most_(most) {}

  /// Whether `bytes` more are to be had for `remote`; they are taken then.
  [[nodiscard]] bool take(const std::string& remote, std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    std::size_t& own = of_[remote];
    if (bytes > most_ - taken_ || own + bytes > most_ / 2) {
      if (own == 0) of_.erase(remote);
      return false;
    }
    own += bytes;
    taken_ += bytes;
    return true;
  }

  /// What is taken just now, over all addresses.
  [[nodiscard]] std::size_t taken() {
    const std::scoped_lock lock(mutex_);
    return taken_;
  }

  /// Gives back what was taken.
  void give_back(const std::string& remote, std::size_t bytes) {
    if (bytes == 0) return;
    const std::scoped_lock lock(mutex_);
    taken_ -= bytes;
    const auto own = of_.find(remote);
    own->second -= bytes;
    if (own->second == 0) of_.erase(own);
  }

 private:
  std::size_t most_;
  std::mutex mutex_;
  std::size_t taken_ = 0;
  std::unordered_map<std::string, std::size_t> of_;
};

}  // namespace muster::http
