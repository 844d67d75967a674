#pragma once

#include <optional>
#include <string_view>

#include "sampler/stats/decimal.hpp"
#include "sampler/stats/real.hpp"

namespace muster::stats {

/// A probability that a plan is given: the target that it must reach, or the chance that a
/// violating chip, once inspected, is recognised. Exact where it was written as a number, and with
/// what the searches need of it made ready.
class Probability {
 public:
  /// Reads `0.95`, `19/20` or `95%`.
  /// Errors: `invalid_input` on other text, below 0 or above 1.
  static Result<Probability> parse(std::string_view text);

  /// Errors: `invalid_input` below 0 or above 1.
  static Result<Probability> from(const Decimal& value);

  /// A probability that is no quotient of integers, such as 1 - exp(-3), given by 1 minus itself.
  /// Requires: 0 < complement < 1.
  [[nodiscard]] static Probability from_complement(const Real& complement);

  /// The number as it was written; nothing if it came from a formula.
  [[nodiscard]] const std::optional<Decimal>& exact() const { return exact_; }

  [[nodiscard]] bool is_zero() const { return is_zero_; }
  [[nodiscard]] bool is_one() const { return is_one_; }

  /// 1 minus the probability, and its logarithm; minus infinity for a probability of 1.
  [[nodiscard]] const Real& complement() const { return complement_; }
  [[nodiscard]] double ln_complement() const { return ln_complement_; }

  /// ln of `complement`, with 90 digits.
  /// Requires: not is_one().
  [[nodiscard]] Real ln_complement_real() const;

  /// How `miss`, a computed chance to miss, compares with the complement: below it 1, above it -1,
  /// and 0 where they agree to 40 digits, which only exact numbers can tell apart.
  [[nodiscard]] int compare(const Real& miss) const;

  /// True if `miss` is at most the complement. Where `compare` cannot tell, `exact_miss()` decides;
  /// with no exact complement there is no tie, and the computed digits decide.
  template <class ExactMiss>
  [[nodiscard]] bool allows(const Real& miss, ExactMiss exact_miss) const {
    const int order = compare(miss);
    if (order != 0 || !exact_) return order > 0 || (order == 0 && miss <= complement_);
    return exact_miss() <= 1 - exact_->value();
  }

 private:
  Probability() = default;

  std::optional<Decimal> exact_;
  Real complement_;
  double ln_complement_ = 0;
  bool is_zero_ = false;
  bool is_one_ = false;
};

}  // namespace muster::stats
