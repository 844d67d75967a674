#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sampler/stats/probability.hpp"

namespace muster::stats {

/// Chips of one kind in a draw that takes each chip by itself with a probability of its kind.
struct ThresholdClass {
  std::uint64_t count;
  Rational weight;  ///< What one chip adds to a run. Above 0.
  Real loss;        ///< -ln of the chance that one chip is not met; infinity where it is sure.
};

/// The run that such a draw is likeliest to miss.
struct WorstSet {
  Real loss;                         ///< -ln of the chance to miss it.
  bool exact;                        ///< False: a bound, which the true loss is not below.
  std::vector<std::uint64_t> chips;  ///< Of each kind; empty where it is a bound.
};

/// The least loss of a set of chips that weighs `needed` or more; nothing when all together weigh
/// less. Exact by dynamic programming over the weight in units of the common divisor, as long as
/// that takes no more than 2 million cells; beyond, the bound that lets chips be cut.
[[nodiscard]] std::optional<WorstSet> worst_set(std::span<const ThresholdClass> classes,
                                                const Rational& needed);

/// 1 - beta^(min(1, weight / run)) with beta = 1 - target: taking every chip with this probability,
/// each by itself, meets any set that weighs `run` or more with `target`.
/// Requires: weight >= 0, run > 0, target below 1.
[[nodiscard]] Real threshold_rate(const Rational& weight, const Rational& run,
                                  const Probability& target);

}  // namespace muster::stats
