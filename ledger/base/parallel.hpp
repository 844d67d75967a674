#pragma once

#include <cstddef>
#include <functional>

namespace muster {

/// How many threads work gains from on this machine: at least 1.
[[nodiscard]] unsigned useful_threads();

/// Calls `work(i)` once for every i in [0, count), on `threads` threads in any order, and returns
/// when all are done. Requires: calls for different i share nothing that one of them writes; they
/// do not throw.
void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& work);

}  // namespace muster
