#pragma once

#include <cstdint>
#include <string>

#include "cli/scenario/registry_world.hpp"

namespace muster::cli::scenario {

/// What is held against the parties, all together.
struct Charges {
  std::uint64_t unaccounted = 0;
  std::uint64_t findings = 0;
  std::uint64_t cases = 0;
  std::uint64_t disputes = 0;
  std::uint64_t overdue = 0;

  friend bool operator==(const Charges&, const Charges&) = default;
};

[[nodiscard]] Charges charges_of(RegistryWorld& world);
/// What of `after` was not there `before`, in words; "put right" if nothing.
[[nodiscard]] std::string more_than(const Charges& before, const Charges& after);

}  // namespace muster::cli::scenario
