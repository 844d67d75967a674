#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace muster::registry {

/// Calls `work(i)` for every i below `count`, on up to `threads` threads, in any order; returns
/// when all are done. Requires: calls that do not disturb each other and do not throw.
template <class Work>
void for_each_index(std::size_t count, std::size_t threads, Work work) {
  const std::size_t helpers = std::min(threads, count);
  if (helpers <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> pool;
  for (std::size_t t = 1; t < helpers; ++t) pool.emplace_back(run);
  run();
}

}  // namespace muster::registry
