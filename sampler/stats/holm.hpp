#pragma once

#include <vector>

#include "sampler/stats/probability.hpp"

namespace muster::stats {

/// P(Bin(trials, rate) >= hits): how often chance alone does so much.
/// Requires: hits <= trials < 2^53, 0 <= rate <= 1. Accuracy: 40 digits.
[[nodiscard]] Real binomial_at_least(std::uint64_t trials, std::uint64_t hits, const Real& rate);

/// The p-values of a family, adjusted so that one of at most `level` may be called significant and
/// any false call in the whole family is as rare: sorted, the i-th smallest times (m - i + 1), made
/// rising, at most 1. In the order of `values`, whatever their dependence.
/// Source: Holm, Scandinavian Journal of Statistics 6 (1979).
[[nodiscard]] std::vector<Real> holm_adjusted(const std::vector<Real>& values);

}  // namespace muster::stats
