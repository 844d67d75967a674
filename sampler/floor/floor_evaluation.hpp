#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sampler/evaluate/evaluation.hpp"
#include "sampler/floor/floor_answers.hpp"
#include "sampler/floor/floor_draw.hpp"

namespace muster::sampler {

/// What the register, as it was when the plan was committed, says of a name that was read.
enum class Standing {
  here,       ///< a chip that the register has at the site
  elsewhere,  ///< a chip of the register that should stand somewhere else, or nowhere
  unknown,    ///< no chip of the register
  unclear,    ///< several chips bear the name
};

struct RegisterWord {
  Standing standing;
  std::string chip;  ///< its id; empty where there is not exactly one
  std::string text;  ///< in words, for people
};

/// Asks the register for what was read. Errors: those of the register.
using RegisterLookup = std::function<Result<RegisterWord>(const std::string& name)>;

/// A drawn position, judged.
struct FloorLine {
  std::string position;
  LineOutcome outcome;
  bool answered;
  std::vector<std::string> words;  ///< one for each chip that stood there, and the note
};

/// What the answers show.
struct FloorEvaluation {
  AuditVerdict verdict;
  std::uint64_t lines;  ///< n
  std::uint64_t answered;
  std::uint64_t consistent;  ///< empty, or all that stands there is registered there
  std::uint64_t empty;       ///< of the consistent ones
  std::uint64_t hits;        ///< hold a chip that the register does not have there
  std::uint64_t open;        ///< not looked at, not readable, or of an unclear name
  std::uint64_t chips;       ///< that were read, over all positions
  std::uint64_t by_label;    ///< of those, by a label alone
  /// The most listed positions that hold such a chip, hits and open ones counted, at the plan's
  /// target as confidence.
  std::optional<std::uint64_t> unregistered_at_most;
  std::vector<FloorLine> judged;  ///< by ticket
  std::vector<std::string> not_covered;
};

/// Judges the answers. A chip that is read at two positions is a hit at both: a name was copied, or
/// a chip moved.
/// Errors: `invalid_input` for an answer about a position that was not drawn; those of `lookup`.
Result<FloorEvaluation> floor_evaluation(const FloorPlan& plan, const FloorDraw& drawn,
                                         const std::vector<FloorAnswer>& answers,
                                         const RegisterLookup& lookup);

/// What the result shows and does not show, in one paragraph.
[[nodiscard]] std::string floor_sentence(const FloorPlan& plan, const FloorEvaluation& result);

/// The answer of `muster plan floor evaluate --json`.
[[nodiscard]] Json floor_evaluation_json(const FloorPlan& plan, const FloorEvaluation& result);

}  // namespace muster::sampler
