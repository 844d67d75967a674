#include "cli/demo/hiding.hpp"

#include <algorithm>

#include "cli/demo/stock.hpp"
#include "ledger/base/check.hpp"
#include "sampler/threshold/threshold.hpp"

namespace muster::cli::demo {
namespace {

constexpr std::uint64_t large_fleet = 1'000;

stats::Rational mean_rate(const Fleet& fleet) {
  stats::BigInt sum = 0;
  for (const Holding& holding : fleet.holdings) {
    sum += stats::BigInt(rate_of(holding)) * holding.units;
  }
  return stats::Rational(sum, stats::BigInt(fleet.units()));
}

}  // namespace

Result<std::optional<std::uint64_t>> violation_chips(const Fleet& fleet,
                                                     const stats::Decimal& rule_flop,
                                                     const stats::Decimal& longest_days) {
  std::vector<sampler::ChipClass> classes;
  for (const Holding& holding : fleet.holdings) {
    MUSTER_TRY_ASSIGN(auto one, sampler::chip_class(*holding.model, {}, holding.units));
    classes.push_back(std::move(one));
  }
  const sampler::HiddenRun run{rule_flop, rule_flop, longest_days};
  MUSTER_TRY_ASSIGN(const auto found, sampler::threshold(run, classes, {}));
  return found.violation_chips;
}

std::size_t hiding_fleet(const FleetBook& book) {
  MUSTER_CHECK(!book.fleets.empty());
  const bool any_large = std::ranges::any_of(
      book.fleets, [](const Fleet& fleet) { return fleet.units() >= large_fleet; });
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < book.fleets.size(); ++i) {
    if (any_large && book.fleets[i].units() < large_fleet) continue;
    if (!best || mean_rate(book.fleets[*best]) < mean_rate(book.fleets[i])) best = i;
  }
  return best.value();
}

}  // namespace muster::cli::demo
