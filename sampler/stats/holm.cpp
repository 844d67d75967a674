#include "sampler/stats/holm.hpp"

#include <algorithm>
#include <numeric>

namespace muster::stats {

Real binomial_at_least(std::uint64_t trials, std::uint64_t hits, const Real& rate) {
  if (hits == 0) return 1;
  if (rate <= 0) return 0;
  if (rate >= 1) return 1;
  // ln C(n, h) r^h (1-r)^(n-h), then upwards by ratios; downwards and 1 less it where that is
  // shorter is not needed: the terms vanish a few deviations above the mean.
  Real term = exp(ln_binomial(trials, hits) + Real(hits) * log(rate) +
                  Real(trials - hits) * ln_1_plus(-rate));
  Real sum = term;
  const Real odds = rate / (1 - rate);
  for (std::uint64_t i = hits; i < trials; ++i) {
    const Real ratio = odds * Real(trials - i) / Real(i + 1);
    term *= ratio;
    sum += term;
    if (ratio < 1 && term < sum * Real("1e-45")) break;
  }
  return sum > 1 ? Real(1) : sum;
}

std::vector<Real> holm_adjusted(const std::vector<Real>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<Real> adjusted(values.size());
  Real highest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Real scaled = values[order[i]] * Real(values.size() - i);
    highest = std::max(highest, scaled);
    adjusted[order[i]] = std::min(highest, Real(1));
  }
  return adjusted;
}

}  // namespace muster::stats
