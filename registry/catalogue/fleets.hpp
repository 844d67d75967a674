#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "registry/catalogue/chip_models.hpp"

namespace muster::catalogue {

/// How many chips of one name an owner is publicly estimated to hold.
struct FleetRow {
  std::string owner;
  std::string manufacturer;
  std::string chip;  ///< the source's name; `FleetModels` says which models it covers
  std::uint64_t units;
  std::optional<std::uint64_t> units_low;   ///< 5th percentile of the estimate
  std::optional<std::uint64_t> units_high;  ///< 95th percentile
  Timestamp as_of;
  std::string source;
};

/// Reads the format of data/fleets.csv.
/// Errors: `invalid_input` with file and line; an (owner, chip) that stands twice is one.
Result<std::vector<FleetRow>> fleets(std::string_view csv, const std::string& file_name);

/// Which catalogue models a fleet's chip name covers.
class FleetModels final {
 public:
  /// Reads the format of data/fleet_models.csv: several models are separated by `;`.
  /// Errors: `invalid_input` with file and line, also for a model that the catalogue lacks.
  static Result<FleetModels> parse(std::string_view csv, const std::string& file_name,
                                   const ChipModels& models);

  /// The members of `fleet_name`. Errors: `not_found`.
  Result<std::vector<const ChipModel*>> members(const std::string& fleet_name) const;

  /// The member with the highest peak, so that a mixed name never understates what it can do.
  /// Errors: `not_found`; `refused` by rule `model.no_rate` if any member has no rate.
  Result<const ChipModel*> fastest(const std::string& fleet_name) const;

 private:
  std::map<std::string, std::vector<ChipModel>> members_;
};

}  // namespace muster::catalogue
