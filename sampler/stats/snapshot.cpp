#include "sampler/stats/snapshot.hpp"

namespace muster::stats {
namespace {

Rational mean_snapshots(const SnapshotProcess& process) {
  return process.per_hour.value() * process.hours.value() * process.recognised.value();
}

// P(X = count), by logarithms: neither the power nor the factorial of a large count is at hand.
Real poisson_exactly(const Real& mean, std::uint64_t count) {
  return exp(Real(count) * log(mean) - mean - ln_factorial(count));
}

}  // namespace

Real poisson_at_least(const Real& mean, std::uint64_t least) {
  if (least == 0) return 1;
  if (mean == 0) return 0;
  if (least == 1) return -exp_minus_1(-mean);
  const Real negligible("1e-90");
  Real sum = 0;
  // The tail that does not hold the mode is summed, away from it.
  if (mean < least) {
    Real term = poisson_exactly(mean, least);
    for (std::uint64_t x = least; term > sum * negligible; ++x) {
      sum += term;
      term *= mean / Real(x + 1);
    }
    return sum;
  }
  Real term = poisson_exactly(mean, least - 1);
  for (std::uint64_t x = least - 1; term > sum * negligible; --x) {
    sum += term;
    term *= Real(x) / mean;
  }
  return 1 - sum;
}

Real snapshot_detection(const SnapshotProcess& process) {
  return poisson_at_least(to_real(mean_snapshots(process)), process.needed);
}

Real expected_detectable(std::uint64_t least_chips, const SnapshotProcess& process,
                         const Decimal& spread) {
  const Real mean = to_real(mean_snapshots(process) / spread.value());
  const Real chips = to_real(Rational(least_chips) * spread.value());
  return chips * poisson_at_least(mean, process.needed);
}

}  // namespace muster::stats
