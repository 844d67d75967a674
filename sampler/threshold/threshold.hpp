#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sampler/threshold/chip_class.hpp"
#include "sampler/threshold/hidden_run.hpp"

namespace muster::sampler {

/// Which rate of a class counts.
enum class RateBasis { chosen, highest, sparse };

/// What one chip of a class can do in a run, and how many there are.
struct ClassCapacity {
  Decimal flop;
  std::uint64_t count;
};

/// The classes by what a chip of them can do: its rate for the days that it was held, the run's
/// length at most. The most first; classes that can do nothing are left out.
[[nodiscard]] std::vector<ClassCapacity> capacities(const std::vector<ChipClass>& classes,
                                                    const HiddenRun& run,
                                                    RateBasis basis = RateBasis::chosen);

/// The fewest chips of `classes`, fastest first, that can do `flop` in `days` at `utilisation`:
/// each works at its rate for the days that it was held, `days` at most. Nothing when all of them
/// together cannot. Zero for a `flop` of zero or less.
/// Requires: days and utilisation above 0.
[[nodiscard]] std::optional<std::uint64_t> least_chips(const std::vector<ChipClass>& classes,
                                                       const HiddenRun& run, const Decimal& flop,
                                                       RateBasis basis = RateBasis::chosen);

/// From a rule and a fleet to the chips that a hidden run needs.
struct Threshold {
  HiddenRun run;
  UnseenChips unseen;
  std::uint64_t chips;  ///< N: in the frame
  std::string fastest_model;
  std::string format;         ///< of the fastest model
  Decimal flop_per_chip_day;  ///< of the fastest model, at the stated utilisation

  /// k: the fewest chips that can do the excess; nothing when the frame cannot do it within T.
  std::optional<std::uint64_t> violation_chips;
  /// The same with sparsity; nothing where no maker's ratio is known or the frame cannot.
  std::optional<std::uint64_t> violation_chips_sparse;
  /// k_eff: the fewest chips of the frame when all unseen chips work for the run too, each as fast
  /// as the fastest of the frame for T days. Zero: a draw guarantees nothing.
  std::optional<std::uint64_t> effective_chips;
  /// k_eff at the highest format and u = 1; what holds if the assumptions below are false.
  std::optional<std::uint64_t> effective_chips_if_false;
  /// Assumptions that lower the demand: a format that is not the highest, u below 1. They stand in
  /// the title of a plan.
  std::vector<std::string> lowering;
  std::vector<std::string> assumptions;
};

/// The threshold of `run` for a frame of `classes`.
/// Errors: `invalid_input` for a run or unseen chips out of range, or a frame without chips.
Result<Threshold> threshold(const HiddenRun& run, const std::vector<ChipClass>& classes,
                            const UnseenChips& unseen);

/// The effective chips for another size of run or another length: for curves of power.
[[nodiscard]] std::optional<std::uint64_t> effective_chips(const std::vector<ChipClass>& classes,
                                                           const HiddenRun& run,
                                                           const UnseenChips& unseen,
                                                           RateBasis basis = RateBasis::chosen);

/// The days in which `chips` of the classes, those of the highest rates, and all unseen ones do the
/// excess at the run's utilisation: a run of no more chips may end so soon. Requires: some of them
/// have a rate.
[[nodiscard]] Decimal shortest_days(const std::vector<ChipClass>& classes, const HiddenRun& run,
                                    const UnseenChips& unseen, std::uint64_t chips);

/// One class of so many chips that no frame ends before them: for questions about a product.
inline constexpr std::uint64_t unlimited_chips = std::uint64_t{1} << 61U;

}  // namespace muster::sampler
