#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/lease_pools.hpp"
#include "cli/roster_query.hpp"
#include "registry/roster.hpp"

namespace muster::cli {

/// What became of a chip in a window.
struct WindowLine {
  std::int64_t held_ms = 0;
  bool exit_read = false;  ///< It left with a ledgered exit read.
  bool left = false;
  registry::Index32 left_index = registry::no_index;  ///< Of a chip that left, where one says so.
};

/// Whose a chip is. Empty: nobody's.
struct WhoseLine {
  std::string custodian;
  std::string owner;
  std::string tenant;
};

/// One chip, whether it comes from a roster, from the frame of a window, or from a selection.
struct RosterLine {
  ChipId chip;
  std::string site;
  std::string product;
  std::optional<registry::Display> display{};  ///< Of a roster.
  std::optional<WhoseLine> whose{};            ///< Of a selection.
  std::optional<WindowLine> window{};          ///< Of a frame, or of a selection in a window.
};

/// As `roster show --json` has it.
[[nodiscard]] Json roster_line_json(const registry::State& state, const RosterLine& line);

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
