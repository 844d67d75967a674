#include "sampler/stats/replacement.hpp"

namespace muster::stats {
namespace {

Rational clean_share(const Lot& lot) { return 1 - Rational(lot.violating, lot.size); }

Rational exact_power(const Rational& base, std::uint64_t exponent) {
  const auto power = static_cast<unsigned>(exponent);
  return Rational(boost::multiprecision::pow(numerator(base), power),
                  boost::multiprecision::pow(denominator(base), power));
}

// (1 - k/N)^draws in lowest terms has a denominator of at least 2^draws, so that beyond this it
// cannot equal a number that a person wrote, and digits decide.
constexpr std::uint64_t longest_exact_power = 4000;

}  // namespace

Real miss_with_replacement(const Lot& lot, std::uint64_t draws) {
  if (draws == 0) return 1;
  if (lot.violating == lot.size) return 0;
  return exp(Real(draws) * ln_1_plus(-to_real(Rational(lot.violating, lot.size))));
}

std::optional<std::uint64_t> min_sample_with_replacement(const Lot& lot,
                                                         const Probability& target) {
  if (target.is_zero()) return 0;
  if (lot.violating == 0) return std::nullopt;
  if (lot.violating == lot.size) return 1;
  if (target.is_one()) return std::nullopt;
  const Real quotient =
      target.ln_complement_real() / ln_1_plus(-to_real(Rational(lot.violating, lot.size)));
  const auto rounded = to_count(ceil_of(quotient));
  if (!rounded) return std::nullopt;
  const Real missed = miss_with_replacement(lot, *rounded);
  const bool enough =
      *rounded > longest_exact_power
          ? missed <= target.complement()
          : target.allows(missed, [&] { return exact_power(clean_share(lot), *rounded); });
  return enough ? *rounded : *rounded + 1;
}

std::optional<IaeaSizes> iaea_sizes(const Lot& lot, const Probability& target) {
  if (target.is_zero()) return IaeaSizes{0, 0};
  if (lot.violating == 0) return std::nullopt;
  const Real share = target.is_one()
                         ? Real(1)
                         : Real(-exp_minus_1(target.ln_complement_real() / Real(lot.violating)));
  const Real simple = share * Real(lot.size);
  const Real corrected = share * (Real(lot.size) - (Real(lot.violating) - 1) / 2);
  return IaeaSizes{to_count(ceil_of(simple)).value_or(lot.size),
                   to_count(ceil_of(corrected)).value_or(lot.size)};
}

}  // namespace muster::stats
