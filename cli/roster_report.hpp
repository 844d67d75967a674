#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/lease_pools.hpp"
#include "cli/roster_query.hpp"

namespace muster::cli {

/// One chip, whether it comes from a roster or from the frame of a window.
struct RosterLine {
  ChipId chip;
  std::string site;
  std::string product;
  Json more;
};

/// What is counted, and how many of each.
struct RosterCounts {
  std::map<std::string, std::uint64_t> sites{};
  std::map<std::string, std::uint64_t> products{};
  std::uint64_t held_ms = 0;
  std::optional<std::uint64_t> left{};    ///< Of a window: not there any more.
  std::optional<std::uint64_t> unread{};  ///< Of these: without an exit read.
};

/// What is shown of a roster beside its counts.
struct RosterWish {
  bool chips = false;  ///< Every chip.
  bool left = false;   ///< Those of the window that are not there any more.
};

struct RosterReport {
  std::vector<RosterLine> lines{};
  RosterCounts counts{};
  std::vector<LeasePool> pools{};  ///< Capacity leases of the tenant that was asked for.
  registry::Index32 size = 0;
  std::uint64_t tpp = 0;
  std::string root{};
  Json json{};
};

/// The lines of chips that have left.
[[nodiscard]] std::vector<RosterLine> left_of(const std::vector<RosterLine>& lines);

/// The chips that fit a query: lines, counts, TPP and root, and all of it as JSON.
/// Errors: `invalid_input` for a query that cannot be; those of `holdings_of`.
Result<RosterReport> roster_report(Home& home, const RosterQuery& query, const RosterWish& wish);

}  // namespace muster::cli
