#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scenario/registry_world.hpp"

namespace muster::cli::scenario {

/// The Prover of such a register.
inline constexpr std::string_view fleet_prover = "northwind";

/// The model of the catalogue that chips of the product "h1" are of.
inline constexpr std::string_view fleet_model = "h100-sxm5-80gb";

/// A register in memory in which the Prover holds new chips at sites of its own; SYNTHETIC but for
/// the model. Chips that are nobody's but their maker's stand behind the others.
struct HeldFleet {
  /// `chips` for each site, of "h1", or of "a1", of which no catalogue says what they can do, and
  /// `others` with the maker. Errors: a refusal, which would be a fault of this world.
  static Result<HeldFleet> make(const Hash& seed, const std::vector<std::uint64_t>& chips,
                                const std::string& product, std::uint64_t others = 0);

  std::unique_ptr<RegistryWorld> world;
  std::vector<ChipId> chips;  ///< By site, and then those of the maker.
};

/// The name of the Prover's site in place `place`.
[[nodiscard]] std::string fleet_site(std::size_t place);

}  // namespace muster::cli::scenario
