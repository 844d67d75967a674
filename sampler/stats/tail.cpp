#include "sampler/stats/tail.hpp"

#include <algorithm>

#include "sampler/stats/search.hpp"

namespace muster::stats {
namespace {

struct Range {
  std::uint64_t least;  ///< Fewest violating chips that a sample can hold.
  std::uint64_t most;
};

Range possible_hits(const Lot& lot, std::uint64_t inspected) {
  const std::uint64_t others = lot.size - lot.violating;
  return {inspected > others ? inspected - others : 0, std::min(lot.violating, inspected)};
}

// P(X = x + 1) / P(X = x)
Real step_up(const Lot& lot, std::uint64_t inspected, std::uint64_t x) {
  return (Real(lot.violating - x) * Real(inspected - x)) /
         (Real(x + 1) * Real(lot.size - lot.violating - inspected + x + 1));
}

bool negligible(const Real& term, const Real& sum) { return term < sum * Real("1e-45"); }

// P(least <= X <= hits), from the last term down.
Real sum_down(const Lot& lot, std::uint64_t inspected, std::uint64_t hits, std::uint64_t least) {
  Real term = exactly(lot, inspected, hits);
  Real sum = term;
  for (std::uint64_t x = hits; x > least && !negligible(term, sum); --x) {
    term /= step_up(lot, inspected, x - 1);
    sum += term;
  }
  return sum;
}

Real sum_up(const Lot& lot, std::uint64_t inspected, std::uint64_t hits, std::uint64_t most) {
  Real term = exactly(lot, inspected, hits);
  Real sum = term;
  for (std::uint64_t x = hits; x < most && !negligible(term, sum); ++x) {
    term *= step_up(lot, inspected, x);
    sum += term;
  }
  return sum;
}

bool beyond_mode(const Lot& lot, std::uint64_t inspected, std::uint64_t x) {
  return x < std::min(lot.violating, inspected) && step_up(lot, inspected, x) < 1;
}

}  // namespace

Real exactly(const Lot& lot, std::uint64_t inspected, std::uint64_t hits) {
  const auto [least, most] = possible_hits(lot, inspected);
  if (hits < least || hits > most) return 0;
  return exp(ln_binomial(lot.violating, hits) +
             ln_binomial(lot.size - lot.violating, inspected - hits) -
             ln_binomial(lot.size, inspected));
}

Real at_most(const Lot& lot, std::uint64_t inspected, std::uint64_t hits) {
  const auto [least, most] = possible_hits(lot, inspected);
  if (hits < least) return 0;
  if (hits >= most) return 1;
  if (beyond_mode(lot, inspected, hits)) return 1 - sum_up(lot, inspected, hits + 1, most);
  return sum_down(lot, inspected, hits, least);
}

Real at_least(const Lot& lot, std::uint64_t inspected, std::uint64_t hits) {
  const auto [least, most] = possible_hits(lot, inspected);
  if (hits <= least) return 1;
  if (hits > most) return 0;
  if (beyond_mode(lot, inspected, hits - 1)) return sum_up(lot, inspected, hits, most);
  return 1 - sum_down(lot, inspected, hits - 1, least);
}

Rational at_most_exact(const Lot& lot, std::uint64_t inspected, std::uint64_t hits) {
  const auto [least, most] = possible_hits(lot, inspected);
  if (hits < least) return 0;
  if (hits >= most) return 1;
  const std::uint64_t small = std::min(lot.violating, inspected);
  const std::uint64_t large = std::max(lot.violating, inspected);
  const std::uint64_t others = lot.size - large;
  // C(small, x) large^(x) others^(small - x) over size^(small), falling powers.
  BigInt term = 1;
  for (std::uint64_t i = 0; i < least; ++i) term = term * (small - i) / (i + 1);
  for (std::uint64_t i = 0; i < least; ++i) term *= large - i;
  for (std::uint64_t i = 0; i < small - least; ++i) term *= others - i;
  BigInt sum = term;
  for (std::uint64_t x = least; x < hits; ++x) {
    term = term * (small - x) * (large - x) / (BigInt(x + 1) * (others - small + x + 1));
    sum += term;
  }
  BigInt whole = 1;
  for (std::uint64_t i = 0; i < small; ++i) whole *= lot.size - i;
  return Rational(sum, whole);
}

std::optional<std::uint64_t> min_sample_accepting(const Lot& lot, std::uint64_t accepted,
                                                  const Probability& target) {
  if (target.is_zero()) return 0;
  if (accepted >= lot.violating) return std::nullopt;
  const std::uint64_t certain = lot.size - lot.violating + accepted + 1;
  if (target.is_one()) return certain;
  const double per_chip = static_cast<double>(lot.size) / static_cast<double>(lot.violating);
  const double guess = per_chip * (static_cast<double>(accepted) - target.ln_complement());
  return first_true(Bracket{accepted, certain}, guess, [&](std::uint64_t n) {
    return target.allows(at_most(lot, n, accepted),
                         [&] { return at_most_exact(lot, n, accepted); });
  });
}

}  // namespace muster::stats
