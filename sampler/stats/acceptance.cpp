#include "sampler/stats/acceptance.hpp"

namespace muster::stats {
namespace {

// P(Bin(n, p) <= c), 0 < p < 1.
Real binomial_at_most(std::uint64_t n, std::uint64_t c, const Real& p) {
  const Real odds = p / (1 - p);
  Real term = exp(Real(n) * ln_1_plus(-p));
  Real sum = term;
  for (std::uint64_t x = 0; x < c; ++x) {
    term *= odds * Real(n - x) / Real(x + 1);
    sum += term;
  }
  return sum;
}

}  // namespace

std::optional<Real> quality_at(std::uint64_t inspected, std::uint64_t accepted,
                               const Probability& accepts) {
  if (accepts.is_one()) return Real(0);
  if (accepted >= inspected) return std::nullopt;
  if (accepts.is_zero()) return Real(1);
  const Real wanted = 1 - accepts.complement();
  // The share is bisected through its odds on a logarithmic scale, so that a tiny share keeps its
  // digits; 300 halvings of a range of 600 leave 1e-88.
  Real low = -300;
  Real high = 300;
  for (int i = 0; i < 300; ++i) {
    const Real middle = (low + high) / 2;
    const Real odds = exp(middle);
    (binomial_at_most(inspected, accepted, odds / (1 + odds)) > wanted ? low : high) = middle;
  }
  const Real odds = exp(low);
  return odds / (1 + odds);
}

LevelPerProver level_per_prover(std::uint64_t provers, const Probability& total) {
  const Real share = (1 - total.complement()) / Real(provers);
  if (total.is_one()) return {share, 1};
  return {share, -exp_minus_1(total.ln_complement_real() / Real(provers))};
}

Rational chapman_estimate(const TwoLists& lists) {
  return Rational(BigInt(lists.first + 1) * (lists.second + 1), lists.both + 1) - 1;
}

Rational chapman_variance(const TwoLists& lists) {
  const BigInt seen_again = lists.both + 1;
  return Rational(BigInt(lists.first + 1) * (lists.second + 1) * (lists.first - lists.both) *
                      (lists.second - lists.both),
                  seen_again * seen_again * (lists.both + 2));
}

}  // namespace muster::stats
