#include "sampler/stats/site_quotas.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>

#include "ledger/base/check.hpp"

namespace muster::stats {
namespace {

using Product128 = boost::multiprecision::int128_t;

std::uint64_t chips_in(std::span<const SiteSample> sites) {
  std::uint64_t sum = 0;
  for (const SiteSample& site : sites) sum += site.size;
  return sum;
}

// The chips of a site whose shares, inspected / (size - placed before), are certainly below
// `share`.
std::uint64_t surely_below(const SiteSample& site, double share) {
  if (site.inspected == 0) return site.size;
  const double room =
      static_cast<double>(site.size) - static_cast<double>(site.inspected) / share - 1;
  return room <= 0 ? 0 : std::min(site.size, static_cast<std::uint64_t>(room));
}

std::uint64_t all_below(std::span<const SiteSample> sites, double share) {
  std::uint64_t sum = 0;
  for (const SiteSample& site : sites) sum += surely_below(site, share);
  return sum;
}

// The next chip placed at a site is met with the chance inspected / left.
struct NextPlaced {
  std::size_t site;
  std::uint64_t inspected;
  std::uint64_t left;
};

bool shown_sooner(const NextPlaced& a, const NextPlaced& b) {
  const Product128 first = Product128(a.inspected) * b.left;
  const Product128 second = Product128(b.inspected) * a.left;
  return first != second ? first > second : a.site > b.site;
}

// Places by bisection what is surely cheapest, and the rest chip by chip in exact order.
std::vector<std::uint64_t> exact_spread(std::span<const SiteSample> sites, std::uint64_t chips) {
  double low = 0;
  double high = 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (all_below(sites, middle) + 2 * sites.size() <= chips ? low : high) = middle;
  }
  low *= 1 - 1e-9;
  std::vector<std::uint64_t> placed(sites.size());
  std::uint64_t sum = 0;
  if (low > 0) {
    for (std::size_t i = 0; i < sites.size(); ++i) sum += placed[i] = surely_below(sites[i], low);
  }
  if (sum > chips) {
    placed.assign(sites.size(), 0);
    sum = 0;
  }
  std::priority_queue<NextPlaced, std::vector<NextPlaced>, decltype(&shown_sooner)> queue(
      shown_sooner);
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (sites[i].size > placed[i]) {
      queue.push({i, sites[i].inspected, sites[i].size - placed[i]});
    }
  }
  while (sum < chips) {
    NextPlaced next = queue.top();
    queue.pop();
    // What costs nothing is taken whole.
    const std::uint64_t taken =
        next.inspected == 0 ? std::min(next.left, chips - sum) : std::uint64_t{1};
    placed[next.site] += taken;
    sum += taken;
    next.left -= taken;
    if (next.left > 0) queue.push(next);
  }
  return placed;
}

// By the bound every chip of a site costs the same: the least inspected sites are filled first.
std::vector<std::uint64_t> bounded_spread(std::span<const SiteSample> sites, std::uint64_t chips) {
  std::vector<std::size_t> order(sites.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return Product128(sites[a].inspected) * sites[b].size <
           Product128(sites[b].inspected) * sites[a].size;
  });
  std::vector<std::uint64_t> placed(sites.size());
  for (const std::size_t site : order) {
    placed[site] = std::min(chips, sites[site].size);
    chips -= placed[site];
  }
  return placed;
}

// ln of the chance to miss, to the precision of doubles.
double ln_spread_miss(std::span<const SiteSample> sites, std::span<const std::uint64_t> violating,
                      const Probability& recognition) {
  double sum = 0;
  const double d = 1 - recognition.complement().convert_to<double>();
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (violating[i] == 0 || sites[i].inspected == 0) continue;
    if (recognition.is_one()) {
      sum += ln_miss(Lot{sites[i].size, violating[i]}, sites[i].inspected);
    } else {
      const double share =
          static_cast<double>(sites[i].inspected) / static_cast<double>(sites[i].size);
      sum += static_cast<double>(violating[i]) * std::log1p(-d * share);
    }
  }
  return sum;
}

Rational exact_spread_miss(std::span<const SiteSample> sites,
                           std::span<const std::uint64_t> violating,
                           const Probability& recognition) {
  Rational product = 1;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (violating[i] == 0) continue;
    if (recognition.is_one()) {
      product *= miss_exact(Lot{sites[i].size, violating[i]}, sites[i].inspected);
    } else {
      const Rational kept =
          1 - recognition.exact()->value() *
                  Rational(sites[i].inspected, std::max<std::uint64_t>(sites[i].size, 1));
      for (std::uint64_t k = 0; k < violating[i]; ++k) product *= kept;
    }
  }
  return product;
}

}  // namespace

std::optional<std::vector<std::uint64_t>> worst_spread(std::span<const SiteSample> sites,
                                                       std::uint64_t chips,
                                                       const Probability& recognition) {
  if (chips_in(sites) < chips) return std::nullopt;
  return recognition.is_one() ? exact_spread(sites, chips) : bounded_spread(sites, chips);
}

Real spread_miss(std::span<const SiteSample> sites, std::span<const std::uint64_t> violating,
                 const Probability& recognition) {
  MUSTER_CHECK(sites.size() == violating.size());
  Real product = 1;
  const Real d = 1 - recognition.complement();
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (violating[i] == 0 || sites[i].inspected == 0) continue;
    if (recognition.is_one()) {
      product *= miss(Lot{sites[i].size, violating[i]}, sites[i].inspected);
    } else {
      const Real kept = 1 - d * Real(sites[i].inspected) / Real(sites[i].size);
      product *= kept > 0 ? Real(exp(Real(violating[i]) * log(kept))) : Real(0);
    }
  }
  return product;
}

bool reaches(std::span<const SiteSample> sites, const QuotaAim& aim) {
  const auto worst = worst_spread(sites, aim.chips, aim.recognition);
  if (!worst) return true;
  const double found = -ln_spread_miss(sites, *worst, aim.recognition);
  const double wanted = -aim.target.ln_complement();
  if (std::isinf(found)) return true;
  if (std::abs(found - wanted) > 1e-10 * wanted) return found > wanted;
  const Real missed = spread_miss(sites, *worst, aim.recognition);
  if (!aim.recognition.exact()) return missed <= aim.target.complement();
  return aim.target.allows(missed,
                           [&] { return exact_spread_miss(sites, *worst, aim.recognition); });
}

}  // namespace muster::stats
