#pragma once

#include <cstdint>

namespace muster::sampler {

/// Plays of a simulation and how many of them caught the run.
struct Plays {
  std::uint64_t count;
  std::uint64_t caught;  ///< at most `count`
};

/// Bounds on the true rate; each holds by itself with 1 - level.
struct RateInterval {
  double lower;
  double upper;
};

/// The one-sided Clopper-Pearson bounds: exact, whatever the rate.
/// Requires: 0 < level < 1, plays.count > 0.
/// Cost: some milliseconds at 10^5 plays.
/// Source: Clopper and Pearson, Biometrika 26 (1934).
[[nodiscard]] RateInterval rate_interval(const Plays& plays, double level);

/// What a simulation must show of a promised rate.
struct Promise {
  double rate;    ///< the promised probability
  double margin;  ///< m: how far below it may seem to lie
  double level;   ///< of the lower bound, the family's level divided by its rows
};

/// Non-inferiority: the lower bound is at least the promise less the margin.
[[nodiscard]] bool keeps(const Promise& promise, const Plays& plays);

/// Plays that make a true promise pass with 99.9 %: t (1-t) ((z + 3.1) / m)^2, rounded up.
/// Requires: 0 < rate < 1, margin > 0, 0 < level < 0.5.
[[nodiscard]] std::uint64_t plays_needed(const Promise& promise);

/// How often one player was caught, against another.
enum class CaughtAgainst : std::uint8_t {
  less,   ///< Less often: its upper bound lies below the other's lower one.
  alike,  ///< Chance explains what they differ by.
  more,   ///< More often.
};

/// Whether `plays` and `other` differ by more than chance explains, with bounds at `level` each.
/// Requires: those of `rate_interval`, for both.
[[nodiscard]] CaughtAgainst caught_against(const Plays& plays, const Plays& other, double level);

}  // namespace muster::sampler
