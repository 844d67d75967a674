#include "cli/scenario/fleet_scenario.hpp"

#include <algorithm>

#include "cli/demo/fleets.hpp"
#include "cli/demo/stock.hpp"

namespace muster::cli::scenario {
namespace {

/// `chips` at `count` sites, the first the largest: in proportion to count, count - 1, … 1.
std::vector<ScenarioSite> unequal_sites(std::uint64_t chips, std::uint64_t count) {
  std::vector<ScenarioSite> sites;
  const std::uint64_t parts = count * (count + 1) / 2;
  std::uint64_t left = chips;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t share = i + 1 == count ? left : chips * (count - i) / parts;
    left -= share;
    std::string number = std::to_string(i + 1);
    number.insert(0, 3 - std::min<std::size_t>(number.size(), 3), '0');
    if (share > 0) sites.push_back({SiteId::parse("site-" + number).value(), share});
  }
  return sites;
}

/// The fleet of an owner in the public data.
Result<demo::Fleet> public_fleet(const demo::FleetBook& book, const std::string& owner) {
  for (const demo::Fleet& fleet : book.fleets) {
    if (fleet.modelled == "a fleet the size of " + owner + "'s") return fleet;
  }
  std::string names;
  for (const demo::Fleet& fleet : book.fleets) {
    names += (names.empty() ? "" : "; ") + fleet.modelled;
  }
  return failure(Errc::not_found, "fleet of " + owner + ": there is " + names);
}

Result<void> take_fleet(const ScenarioWish& wish, ScenarioFile& scenario, std::uint64_t& chips) {
  MUSTER_TRY_ASSIGN(const auto book, demo::read_fleets(wish.data_folder, 1));
  MUSTER_TRY_ASSIGN(const demo::Fleet fleet, public_fleet(book, wish.fleet));
  chips = fleet.units();
  const auto fastest = std::ranges::max_element(fleet.holdings, {}, &demo::rate_of);
  scenario.about = "SIMULATED: " + fleet.name + ", " + fleet.modelled;
  scenario.announced.prover = fleet.prover;
  scenario.announced.model = fastest->model->name;
  scenario.announced.flop_per_s = demo::rate_of(*fastest);
  return {};
}

}  // namespace

Result<ScenarioFile> made_scenario(const ScenarioWish& wish) {
  ScenarioFile scenario = standard_scenario();
  Announced& announced = scenario.announced;
  scenario.seed = wish.seed;
  std::uint64_t chips = wish.chips;
  if (!wish.fleet.empty()) MUSTER_TRY(take_fleet(wish, scenario, chips));
  const std::uint64_t sites = std::clamp<std::uint64_t>(wish.sites, 1, 999);
  if (sites > chips && chips > 0) {
    return failure(Errc::invalid_input, "sites: got " + std::to_string(sites) + " for " +
                                            std::to_string(chips) + " chips, want at most a site " +
                                            "for each chip");
  }
  announced.sites = unequal_sites(chips, sites);
  announced.window_days = announced.longest_run_days = wish.window_days;
  announced.offbook = wish.offbook;
  for (std::uint64_t hop = 1; hop <= wish.hops; ++hop) {
    scenario.trade.hops.push_back(PartyId::parse("distributor-" + std::to_string(hop)).value());
  }
  MUSTER_TRY_ASSIGN(announced.target, stats::Probability::parse(wish.target));
  announced.violation_chips.reset();
  std::string excess = wish.excess_flop;
  if (excess.empty() && wish.violation_chips == 0 && !wish.fleet.empty()) excess = "1e26";
  if (!excess.empty()) {
    MUSTER_TRY_ASSIGN(announced.excess_flop, stats::Decimal::parse(excess));
  } else {
    announced.violation_chips =
        wish.violation_chips > 0 ? wish.violation_chips : std::max<std::uint64_t>(chips / 10, 1);
  }
  // What was asked for may be out of range: the reader says so by field.
  return parse_scenario(scenario_text(scenario));
}

}  // namespace muster::cli::scenario
