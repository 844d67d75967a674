#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "attestation/account/account.hpp"

namespace muster::attestation {

/// What the shard maps of several runs say about chips in one window.
struct Usage {
  /// What one run has: chip-time by product, and how many chips of each.
  struct OfProduct {
    std::uint64_t chips = 0;
    std::uint64_t ms = 0;
  };
  struct OfRun {
    std::map<std::uint32_t, OfProduct> products;
    std::uint64_t not_held = 0;     ///< Assignments of chips that are not in the account.
    std::uint64_t not_held_ms = 0;  ///< Their time in the window.
    std::optional<ChipId> first_not_held{};
  };
  /// Two runs that have one chip at one time.
  struct Overlap {
    std::size_t run;
    std::size_t other;
    std::uint64_t chips = 0;
    ChipId first;
  };

  std::vector<OfRun> runs;                 ///< By place of the run.
  std::vector<Overlap> overlaps;           ///< By places of the runs.
  std::vector<std::uint64_t> declared_ms;  ///< By product: in some run that is not idle.
  std::uint64_t beyond_held = 0;           ///< Chips declared for longer than they were held.
  std::optional<ChipId> first_beyond_held{};
};

/// Requires: as of `account_of`; `products` of them.
[[nodiscard]] Usage usage_of(const Window& window, std::size_t products,
                             std::span<const AccountedChip> chips,
                             std::span<const AccountedRun> runs);

}  // namespace muster::attestation
