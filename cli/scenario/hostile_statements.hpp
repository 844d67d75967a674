#pragma once

#include <span>
#include <string_view>

#include "cli/scenario/registry_world.hpp"

namespace muster::cli::scenario {

/// One way to spoil a good statement, by one without or with its party's key.
struct HostileWay {
  std::string_view name;
  void (*spoil)(registry::Submission& submission, RegistryWorld& world);
};

[[nodiscard]] std::span<const HostileWay> hostile_ways();

}  // namespace muster::cli::scenario
