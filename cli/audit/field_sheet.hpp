#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/audit/answers.hpp"
#include "cli/audit/challenge.hpp"

namespace muster::cli {

/// The product of each chip of the plan's frames. Errors: those of `registry_frame`.
Result<std::map<ChipId, std::string>> products_of(const registry::State& state,
                                                  const CommittedPlan& plan);

/// One drawn line as an inspector carries it.
struct SheetLine {
  std::string site;
  std::uint64_t number;  ///< in its opening, from 1
  std::string chip;
  std::string product;
  std::string place;     ///< where in the site it stands, as the register says
  std::string answered;  ///< the verdict that the ledger has; empty while it has none
};

/// The lines as CSV (RFC 4180) with empty columns to fill in.
[[nodiscard]] std::string sheet_csv(const std::vector<SheetLine>& lines);

/// The lines as one page that prints: a table for each site with boxes, and both parties' sign-off.
[[nodiscard]] std::string sheet_html(const CommittedPlan& plan,
                                     const std::vector<SheetLine>& lines);

/// What inspecting takes.
struct Effort {
  std::uint64_t minutes_per_line = 20;
  std::uint64_t hours_per_site = 4;  ///< way there and gate, for each team that goes
  std::uint64_t days = 10;           ///< working days of eight hours for the whole
  std::uint64_t people_per_team = 2;
};

/// Errors: `invalid_input` for a figure that is 0 or beyond reason.
Result<void> check(const Effort& effort);

/// The lines of a site and where they stand. Before the draw: expected, rounded up.
struct SiteState {
  std::string site;
  std::uint64_t lines = 0;
  std::uint64_t closed = 0;    ///< consistent or hit
  std::uint64_t open = 0;      ///< of an opened site: no answer yet, or its query runs
  std::uint64_t unopened = 0;  ///< of a site that is not opened yet
};

[[nodiscard]] std::vector<SiteState> site_states(const CommittedPlan& plan, const Answers& answers);

/// Hours of one team for the lines of a site that are not closed; 0 when there are none.
[[nodiscard]] double hours_left(const SiteState& site, const Effort& effort);

/// Teams and people that finish in time.
struct EffortNeeded {
  std::uint64_t team_days = 0;  ///< begun days, site by site
  std::uint64_t teams = 0;
  std::uint64_t people = 0;
};

[[nodiscard]] EffortNeeded effort_of(const std::vector<SiteState>& sites, const Effort& effort);

}  // namespace muster::cli
