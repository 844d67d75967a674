#include "sampler/stats/thinned_tail.hpp"

#include <algorithm>

#include "sampler/stats/search.hpp"
#include "sampler/stats/tail.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::stats {
namespace {

/// P(Bin(drawn, d) <= hits), summed from `none` recognised upwards; odds = d / (1 - d).
Real binomial_at_most(std::uint64_t drawn, std::uint64_t hits, const Real& none, const Real& odds) {
  if (hits >= drawn) return 1;
  Real term = none;
  Real sum = term;
  for (std::uint64_t i = 0; i < hits; ++i) {
    term *= odds * Real(drawn - i) / Real(i + 1);
    sum += term;
  }
  return sum;
}

/// P(X = j + 1) / P(X = j), X the violating chips in the sample.
Real next_ratio(const Lot& lot, std::uint64_t inspected, std::uint64_t j) {
  return Real(lot.violating - j) * Real(inspected - j) /
         (Real(j + 1) * Real(lot.size - lot.violating - inspected + j + 1));
}

}  // namespace

Real recognised_at_most(const Lot& lot, std::uint64_t inspected, std::uint64_t hits,
                        const Probability& recognition) {
  if (recognition.is_zero()) return 1;
  if (recognition.is_one()) return at_most(lot, inspected, hits);
  const Real& missed = recognition.complement();
  const std::uint64_t fewest =
      lot.violating + inspected > lot.size ? lot.violating + inspected - lot.size : 0;
  const std::uint64_t most = std::min(lot.violating, inspected);
  const Real odds = (1 - missed) / missed;
  Real chance = exactly(lot, inspected, fewest);
  Real none = pow(missed, Real(fewest));
  Real sum = 0;
  for (std::uint64_t j = fewest;; ++j) {
    const Real term = chance * binomial_at_most(j, hits, none, odds);
    sum += term;
    if (j == most) break;
    const Real ratio = next_ratio(lot, inspected, j);
    if (ratio < 1 && term < sum * Real("1e-35")) break;
    chance *= ratio;
    none *= missed;
  }
  return sum;
}

std::optional<std::uint64_t> upper_bound(const Found& found, const Probability& recognition,
                                         const Probability& confidence) {
  if (recognition.is_one()) return upper_bound(found, confidence);
  if (confidence.is_zero()) return std::nullopt;
  const auto excluded = [&](std::uint64_t violating) {
    if (violating > found.size) return true;
    return confidence.compare(recognised_at_most({found.size, violating}, found.inspected,
                                                 found.hits, recognition)) >= 0;
  };
  const double d = 1 - recognition.complement().convert_to<double>();
  const double guess = static_cast<double>(found.size) /
                       ((static_cast<double>(found.inspected) + 1) * std::max(d, 1e-9)) *
                       (static_cast<double>(found.hits) - confidence.ln_complement());
  return first_true(Bracket{found.hits, found.size + 1}, guess, excluded) - 1;
}

}  // namespace muster::stats
