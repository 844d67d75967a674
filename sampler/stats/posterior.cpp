#include "sampler/stats/posterior.hpp"

#include <optional>

#include "sampler/stats/search.hpp"
#include "sampler/stats/tail.hpp"

namespace muster::stats {
namespace {

struct WholePrior {
  std::uint64_t a;
  std::uint64_t b;
};

std::optional<WholePrior> whole(const BetaPrior& prior) {
  if (denominator(prior.a.value()) != 1 || denominator(prior.b.value()) != 1) return std::nullopt;
  const auto a = to_count(numerator(prior.a.value()));
  const auto b = to_count(numerator(prior.b.value()));
  constexpr std::uint64_t largest = std::uint64_t{1} << 60;
  if (!a || !b || *a > largest || *b > largest) return std::nullopt;
  return WholePrior{*a, *b};
}

// With whole parameters the posterior is a waiting time: among M unseen chips and alpha + beta - 1
// marks in random order, the chips before the alpha-th mark. At most j come before it exactly when
// the first j + alpha places hold alpha marks, which is a hypergeometric tail.
CredibleBound by_waiting_time(const Found& found, const WholePrior& prior,
                              const Probability& confidence) {
  const std::uint64_t unseen = found.size - found.inspected;
  const std::uint64_t alpha = prior.a + found.hits;
  const std::uint64_t marks = prior.a + prior.b + found.inspected - 1;
  const Lot lot{unseen + marks, marks};
  const auto exceeds = [&](std::uint64_t j) { return at_most(lot, j + alpha, alpha - 1); };
  // Searched as j + 1, since the search needs a place below the answer.
  const std::uint64_t place = first_true(Bracket{0, unseen + 1}, 1, [&](std::uint64_t next) {
    return confidence.allows(exceeds(next - 1),
                             [&] { return at_most_exact(lot, next - 1 + alpha, alpha - 1); });
  });
  return {found.hits + place - 1, 1 - exceeds(place - 1)};
}

Real ln_beta(const Real& a, const Real& b) { return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b); }

CredibleBound by_summation(const Found& found, const BetaPrior& prior,
                           const Probability& confidence) {
  const std::uint64_t unseen = found.size - found.inspected;
  const Real alpha = to_real(prior.a.value()) + Real(found.hits);
  const Real beta = to_real(prior.b.value()) + Real(found.inspected - found.hits);
  Real term = exp(ln_beta(alpha, beta + Real(unseen)) - ln_beta(alpha, beta));
  Real sum = term;
  std::uint64_t j = 0;
  for (; j < unseen && (confidence.is_one() || confidence.compare(1 - sum) < 0); ++j) {
    const Real left(unseen - j);
    term *= (left * (alpha + Real(j))) / (Real(j + 1) * (beta + left - 1));
    sum += term;
  }
  return {found.hits + j, j == unseen ? Real(1) : sum};
}

}  // namespace

CredibleBound credible_upper(const Found& found, const BetaPrior& prior,
                             const Probability& confidence) {
  if (const auto integers = whole(prior)) return by_waiting_time(found, *integers, confidence);
  return by_summation(found, prior, confidence);
}

}  // namespace muster::stats
