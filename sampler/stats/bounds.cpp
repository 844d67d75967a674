#include "sampler/stats/bounds.hpp"

#include "sampler/stats/search.hpp"
#include "sampler/stats/tail.hpp"

namespace muster::stats {
namespace {

double share_of_frame(const Found& found) {
  return static_cast<double>(found.size) / (static_cast<double>(found.inspected) + 1);
}

}  // namespace

std::optional<std::uint64_t> upper_bound(const Found& found, const Probability& confidence) {
  if (confidence.is_zero()) return std::nullopt;
  const std::uint64_t possible = found.size - found.inspected + found.hits;
  const auto excluded = [&](std::uint64_t k) {
    const Lot lot{found.size, k};
    return confidence.allows(at_most(lot, found.inspected, found.hits),
                             [&] { return at_most_exact(lot, found.inspected, found.hits); });
  };
  const double guess =
      share_of_frame(found) * (static_cast<double>(found.hits) - confidence.ln_complement());
  return first_true(Bracket{found.hits, possible + 1}, guess, excluded) - 1;
}

std::optional<std::uint64_t> lower_bound(const Found& found, const Probability& confidence) {
  if (confidence.is_zero()) return std::nullopt;
  if (found.hits == 0) return 0;
  const std::uint64_t possible = found.size - found.inspected + found.hits;
  const auto allowed = [&](std::uint64_t k) {
    const Lot lot{found.size, k};
    return !confidence.allows(at_least(lot, found.inspected, found.hits), [&] {
      return Rational(1 - at_most_exact(lot, found.inspected, found.hits - 1));
    });
  };
  const double guess = share_of_frame(found) * static_cast<double>(found.hits) / 2;
  return first_true(Bracket{found.hits - 1, possible}, guess, allowed);
}

}  // namespace muster::stats
