#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/base/names.hpp"
#include "registry/catalogue/fleets.hpp"

namespace muster::cli::demo {

/// Chips of one model in one fleet.
struct Holding {
  std::string fleet_name;             ///< as the source of the fleet sizes names it
  const catalogue::ChipModel* model;  ///< the fastest model that the name covers
  std::uint64_t reported;             ///< chips in the full fleet, as publicly estimated
  std::uint64_t units;                ///< chips in this scaled world
};

/// A fictional Prover with a fleet the size of a publicly reported one.
struct Fleet {
  PartyId prover;
  std::string name;      ///< "Alder Compute"
  std::string modelled;  ///< "a fleet the size of Amazon's"
  std::vector<Holding> holdings;

  [[nodiscard]] std::uint64_t units() const;
  [[nodiscard]] std::uint64_t reported() const;
};

/// The bundled catalogue and the fleets made from it. Owns the models that holdings point into.
struct FleetBook {
  catalogue::ChipModels models;
  std::vector<Fleet> fleets;
  std::vector<std::string> left_out;  ///< "MI308X: no rate", named and not covered
};

/// Reads chip_models.csv, fleets.csv and fleet_models.csv in `data_folder` and divides every fleet
/// by `scale`, rounded to the nearest chip; holdings that round to nothing are left out.
/// Errors: `invalid_input`, `not_found` from the files.
Result<FleetBook> read_fleets(const std::string& data_folder, std::uint64_t scale);

}  // namespace muster::cli::demo
