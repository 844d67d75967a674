#pragma once

#include <cstdint>

#include "ledger/base/error.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::sampler {

using stats::Decimal;

/// The run that a plan must catch.
struct HiddenRun {
  Decimal rule_flop;     ///< H: the size that the rule speaks of
  Decimal excess_flop;   ///< E: what a Prover could hide beyond what it declares
  Decimal longest_days;  ///< T: runs of up to so many days; a longer one needs fewer chips
  Decimal utilisation{stats::Rational(1)};  ///< share of the peak; below 1 is an assumption
};

/// Errors: `invalid_input` unless every figure is above 0, utilisation <= 1, excess <= rule, and
/// no figure is above 1e60.
Result<void> check(const HiddenRun& run);

/// Chips that can work for a hidden run and that no draw can show. Each is an upper bound that
/// somebody signs for, except `leaked`, which is counted.
struct UnseenChips {
  std::uint64_t offbook = 0;  ///< U: held outside the register
  std::uint64_t exempt = 0;   ///< left out of the frame by agreement
  std::uint64_t broken = 0;   ///< of generations whose firmware or keys are broken
  std::uint64_t leaked = 0;   ///< whose keys are known to have leaked
  std::uint64_t seen = 0;     ///< of earlier draws, that may have been of the run all the same
};

/// Their sum. Errors: `invalid_input` above 2^62.
Result<std::uint64_t> total(const UnseenChips& unseen);

}  // namespace muster::sampler
