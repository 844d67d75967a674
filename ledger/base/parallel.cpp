#include "ledger/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace muster {
namespace {

/// Taken at once: few enough to share the end evenly, enough to keep the counter cold.
constexpr std::size_t piece_size = 16;

}  // namespace

unsigned useful_threads() { return std::max(1U, std::thread::hardware_concurrency()); }

void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    while (true) {
      const std::size_t first = next.fetch_add(piece_size);
      if (first >= count) return;
      const std::size_t end = std::min(count, first + piece_size);
      for (std::size_t i = first; i < end; ++i) work(i);
    }
  };
  const std::size_t most = (count + piece_size - 1) / piece_size;
  const std::size_t helpers = std::min<std::size_t>(threads, most);
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < helpers; ++i) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
}

}  // namespace muster
