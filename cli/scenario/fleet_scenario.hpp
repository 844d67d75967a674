#pragma once

#include <string>

#include "cli/scenario/scenario_file.hpp"

namespace muster::cli::scenario {

/// What `muster scenario new` was asked for.
struct ScenarioWish {
  std::string seed = "1";
  std::uint64_t chips = 100;
  std::uint64_t sites = 4;
  std::string data_folder{};  ///< with fleets.csv; wanted for `fleet` alone
  std::string fleet{};        ///< owner of a public fleet, as data/fleets.csv has it; empty: none
  std::uint64_t violation_chips = 0;  ///< 0: from `excess_flop`, or a tenth of the chips
  std::string excess_flop{};
  std::string target = "0.95";
  std::uint64_t window_days = 90;
  std::uint64_t offbook = 0;
  std::uint64_t hops = 0;  ///< distributors between the maker and a Prover
};

/// The world for `wish`: the standard one's noise, sites of unequal size. A public fleet is as many
/// chips as its owner is said to hold, all as fast as its fastest model, so that k is never
/// understated, and by default an excess of 1e26 FLOP.
/// Errors: `invalid_input` for figures out of range; `not_found` for an owner that the data has
/// not; those of the data files.
Result<ScenarioFile> made_scenario(const ScenarioWish& wish);

}  // namespace muster::cli::scenario
