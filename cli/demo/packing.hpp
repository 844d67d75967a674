#pragma once

#include <string>
#include <vector>

#include "cli/demo/stock.hpp"

namespace muster::cli::demo {

/// Most things that one box takes: what a `pack` statement can name.
inline constexpr std::size_t children_per_box = 64;

/// A container of boards, or a pallet of containers.
struct Box {
  std::string id;
  std::vector<std::string> children;
  std::uint64_t chips = 0;
};

/// What travels as one: all of it goes to one datacentre.
struct Pallet {
  Box box;
  std::vector<Box> containers;
  std::string prover;
  std::string site;
};

/// How all boards travel. Follows from the stock alone.
[[nodiscard]] std::vector<Pallet> packed_pallets(const std::vector<FleetStock>& stock);

}  // namespace muster::cli::demo
