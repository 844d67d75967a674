#include "sampler/stats/placement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>

#include "ledger/base/check.hpp"
#include "sampler/stats/knapsack.hpp"

namespace muster::stats {
namespace {

BigInt total_weight(std::span<const Stratum> strata) {
  BigInt total = 0;
  for (const Stratum& stratum : strata) total += BigInt(stratum.size) * stratum.weight;
  return total;
}

// The next violating chip of a stratum multiplies the chance to be missed by 1 - share: share is
// quota / (size - placed). It grows with each chip placed, so that taking the smallest share first
// is best overall.
struct NextChip {
  std::size_t stratum;
  std::uint64_t quota;
  std::uint64_t left;
};

bool dearer(const NextChip& a, const NextChip& b) {
  using Wide = boost::multiprecision::int128_t;
  return Wide(a.quota) * b.left > Wide(b.quota) * a.left;
}

std::vector<std::uint64_t> greedy_placement(std::span<const Stratum> strata,
                                            std::span<const std::uint64_t> quotas,
                                            std::uint64_t chips) {
  std::priority_queue<NextChip, std::vector<NextChip>, decltype(&dearer)> queue(dearer);
  for (std::size_t i = 0; i < strata.size(); ++i) {
    if (strata[i].size > 0) queue.push({i, quotas[i], strata[i].size});
  }
  std::vector<std::uint64_t> violating(strata.size());
  for (std::uint64_t placed = 0; placed < chips; ++placed) {
    NextChip next = queue.top();
    queue.pop();
    ++violating[next.stratum];
    if (--next.left > 0) queue.push(next);
  }
  return violating;
}

KnapsackItem item_of(const Stratum& stratum, std::uint64_t weight, std::uint64_t quota) {
  return {weight, stratum.size, [size = stratum.size, quota](std::uint64_t violating) {
            return -ln_miss(Lot{size, violating}, quota);
          }};
}

}  // namespace

Real placement_miss(std::span<const Stratum> strata, std::span<const std::uint64_t> quotas,
                    std::span<const std::uint64_t> violating) {
  Real product = 1;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    product *= miss(Lot{strata[i].size, violating[i]}, quotas[i]);
  }
  return product;
}

std::optional<WorstPlacement> worst_placement(std::span<const Stratum> strata,
                                              std::span<const std::uint64_t> quotas,
                                              std::uint64_t run_weight) {
  MUSTER_CHECK(strata.size() == quotas.size());
  if (total_weight(strata) < run_weight) return std::nullopt;
  std::uint64_t unit = 0;
  for (const Stratum& stratum : strata) unit = std::gcd(unit, stratum.weight);
  const std::uint64_t needed = unit == 0 ? 0 : run_weight / unit + (run_weight % unit == 0 ? 0 : 1);
  const bool equal =
      std::all_of(strata.begin(), strata.end(), [&](const Stratum& s) { return s.weight == unit; });
  std::vector<std::uint64_t> violating;
  if (equal) {
    violating = greedy_placement(strata, quotas, needed);
  } else {
    Knapsack knapsack(needed);
    for (std::size_t i = 0; i < strata.size(); ++i) {
      knapsack.add(item_of(strata[i], strata[i].weight / unit, quotas[i]));
    }
    violating = knapsack.counts();
  }
  const Real missed = placement_miss(strata, quotas, violating);
  return WorstPlacement{std::move(violating), missed};
}

std::vector<std::uint64_t> rate_quotas(std::span<const Stratum> strata, std::uint64_t run_weight,
                                       const Probability& target) {
  MUSTER_CHECK(run_weight > 0);
  std::vector<std::uint64_t> quotas;
  for (const Stratum& stratum : strata) {
    Real rate = 1;
    if (!target.is_one()) {
      const Real share(std::min(stratum.weight, run_weight));
      rate = -exp_minus_1(target.ln_complement_real() * share / Real(run_weight));
    }
    const auto quota = to_count(ceil_of(rate * Real(stratum.size)));
    quotas.push_back(std::min(quota.value_or(stratum.size), stratum.size));
  }
  return quotas;
}

std::optional<WorstPlacement> worst_placement(std::span<const Visit> visits,
                                              std::uint64_t violating) {
  Knapsack knapsack(violating);
  for (const Visit& visit : visits) {
    const double skipped = visit.visited.complement().convert_to<double>();
    knapsack.add({1, visit.size, [&visit, skipped](std::uint64_t count) {
                    const double missed = std::exp(ln_miss({visit.size, count}, visit.inspected));
                    return -std::log(skipped + (1 - skipped) * missed);
                  }});
  }
  if (!knapsack.loss(violating)) return std::nullopt;
  WorstPlacement worst{knapsack.counts(), 1};
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const Real skipped = visits[i].visited.complement();
    const Real missed = miss({visits[i].size, worst.violating[i]}, visits[i].inspected);
    worst.miss *= skipped + (1 - skipped) * missed;
  }
  return worst;
}

}  // namespace muster::stats
