#include "ledger/base/random.hpp"

#include <sys/random.h>

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  // getrandom gives at most 256 bytes in one uninterruptible piece.
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t piece = std::min<std::size_t>(256, out.size() - done);
    const auto got = ::getrandom(out.data() + done, piece, 0);
    MUSTER_CHECK(got > 0);
    done += static_cast<std::size_t>(got);
  }
}

}  // namespace muster
