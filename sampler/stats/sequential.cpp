#include "sampler/stats/sequential.hpp"

namespace muster::stats {
namespace {

struct BetaShape {
  Real a;
  Real b;
};

Real ln_beta_function(const Real& a, const Real& b) {
  return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
}

// ln of the beta-binomial probability of `count` among `size`.
Real ln_beta_binomial(std::uint64_t size, std::uint64_t count, const BetaShape& shape) {
  return ln_binomial(size, count) +
         ln_beta_function(shape.a + Real(count), shape.b + Real(size - count)) -
         ln_beta_function(shape.a, shape.b);
}

}  // namespace

std::optional<Real> clean_e_value(const Lot& lot, std::uint64_t draws) {
  const Real missed = miss(lot, draws);
  if (missed == 0) return std::nullopt;
  return 1 / missed;
}

std::optional<Real> prior_posterior_ratio(const Found& found, std::uint64_t violating,
                                          const BetaPrior& prior) {
  const std::uint64_t unseen = found.size - found.inspected;
  if (violating < found.hits || violating - found.hits > unseen) return std::nullopt;
  const BetaShape before{to_real(prior.a.value()), to_real(prior.b.value())};
  const BetaShape after{before.a + Real(found.hits), before.b + Real(found.inspected - found.hits)};
  return exp(ln_beta_binomial(found.size, violating, before) -
             ln_beta_binomial(unseen, violating - found.hits, after));
}

}  // namespace muster::stats
