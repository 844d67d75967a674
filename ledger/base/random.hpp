#pragma once

#include <span>

#include "ledger/base/bytes.hpp"

namespace muster {

/// Where secret or surprising bytes come from. Always an argument.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// The kernel's generator. Ends the program if the kernel has none.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace muster
