#include "sampler/stats/rounds.hpp"

#include <algorithm>

namespace muster::stats {

Rounds rounds(const Lot& lot, std::uint64_t per_round, std::uint64_t count) {
  const Real each = detection(lot, per_round);
  const BigInt all = BigInt(per_round) * count;
  const std::uint64_t distinct = all > lot.size ? lot.size : all.convert_to<std::uint64_t>();
  const Real missed = miss(lot, per_round);
  Real independent = count == 0 ? 0 : 1;
  if (missed > 0) independent = -exp_minus_1(Real(count) * ln_1_plus(-each));
  return {each, independent, detection(lot, distinct),
          each > 0 ? std::optional<Real>(1 / each) : std::nullopt};
}

Rational sequential_inspection_value(std::uint64_t periods, std::uint64_t inspections) {
  return Rational(std::min(inspections, periods), periods);
}

InterimInspection interim_inspection(const Decimal& period) {
  const Real length = to_real(period.value());
  const Real share = exp(Real(-1));
  return {length * share, period.value() / 2, length * (1 - share)};
}

}  // namespace muster::stats
