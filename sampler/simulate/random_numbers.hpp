#pragma once

#include <boost/random/mersenne_twister.hpp>
#include <cstdint>

namespace muster::sampler {

/// Numbers of a simulation. The engine's bits are fixed by its definition; a library's
/// distributions are not, so the mappings are here.
class RandomNumbers final {
 public:
  explicit RandomNumbers(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, bound), without bias. Requires: bound > 0.
  /// Source: Lemire, "Fast Random Integer Generation in an Interval" (2019).
  std::uint64_t below(std::uint64_t bound) {
    for (;;) {
      const auto product = static_cast<__uint128_t>(engine_()) * bound;
      const auto low = static_cast<std::uint64_t>(product);
      if (low >= bound || low >= (std::uint64_t{0} - bound) % bound) {
        return static_cast<std::uint64_t>(product >> 64U);
      }
    }
  }

  /// True with probability `chance`.
  bool happens(double chance) {
    constexpr double two_to_53 = 9007199254740992.0;
    return static_cast<double>(engine_() >> 11U) < chance * two_to_53;
  }

 private:
  boost::random::mt19937_64 engine_;
};

}  // namespace muster::sampler
