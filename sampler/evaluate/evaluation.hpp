#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sampler/evaluate/line_result.hpp"
#include "sampler/plan/drawing.hpp"

namespace muster::sampler {

/// What an audit concludes of a Prover.
enum class AuditVerdict { no_sign_of, not_concluded, finding };

[[nodiscard]] std::string_view verdict_name(AuditVerdict verdict);

/// A drawn line by name.
struct DrawnChip {
  std::string site;
  std::string chip;

  friend auto operator<=>(const DrawnChip&, const DrawnChip&) = default;
};

/// The lines of a drawing.
[[nodiscard]] std::vector<DrawnChip> drawn_chips(const Drawing& drawing);

/// An audit's result. Unlike probabilities stand side by side and are never multiplied.
struct Evaluation {
  AuditVerdict verdict;
  std::uint64_t lines;  ///< n
  std::uint64_t read;   ///< lines with a result
  std::uint64_t consistent;
  std::uint64_t hits;
  std::uint64_t open;           ///< without a result, not judged, or seen less well than required
  std::uint64_t weak_presence;  ///< consistent, and seen no better than over the network
  stats::Real drawn_probability;
  stats::Real detection_probability;  ///< and its log holds a snapshot
  /// The most chips of the frame that break the rule and would be recognised, hits and open lines
  /// counted, at the plan's target as confidence. Nothing where the plan's design has no such bound
  /// (see `violating_at_most`).
  std::optional<std::uint64_t> recognised_violating_at_most;
  /// What so many chips, the fastest, and all unseen ones could do within T; where d is below 1, so
  /// many as `upper_bound` with d allows, since a chip whose log shows nothing worked as well.
  std::optional<Decimal> hidden_flop_at_most;
  std::vector<std::string> not_covered;
  std::vector<std::string> hit_chips;  ///< for people: site and chip
  std::vector<std::string> open_chips;
  bool abandoned = false;  ///< The Verifier gave the plan up.
};

/// Judges the lines of a draw and counts them; leaves the two bounds out.
/// Errors: as `evaluation`.
Result<Evaluation> tally(const Plan& plan, const std::vector<DrawnChip>& drawn,
                         const std::vector<LineResult>& results);

/// Judges the lines of a draw, with the bounds.
/// Cost: as `tally`, and some milliseconds for the exact bound.
/// Errors: `invalid_input` for a result of a chip that was not drawn, a chip answered twice, and a
/// draw of another size than the plan's.
Result<Evaluation> evaluation(const Plan& plan, const std::vector<DrawnChip>& drawn,
                              const std::vector<LineResult>& results);

/// What is left of `result` when the Verifier gives the plan up: hits, and no claim. Whoever may
/// stop when it suits could choose which audits count.
[[nodiscard]] Evaluation of_abandoned(Evaluation result);

/// The result in one paragraph, each part as the JSON has it.
[[nodiscard]] std::string sentence(const Plan& plan, const Evaluation& evaluation);

/// What `sentence` will say if every line is consistent, of as many lines as the plan expects.
[[nodiscard]] std::string promised_sentence(const Plan& plan);

/// What stands above every plan and result: the chips that a draw cannot show, beside the ledger's
/// figures.
[[nodiscard]] std::string first_line(const Plan& plan);

/// The answer of `muster plan evaluate --json`.
[[nodiscard]] Json evaluation_json(const Plan& plan, const Evaluation& evaluation);

}  // namespace muster::sampler
