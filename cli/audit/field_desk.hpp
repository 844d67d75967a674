#pragma once

#include <string>

#include "cli/audit/opened_kit.hpp"
#include "cli/context.hpp"

namespace muster::cli {

/// What every verb of a laptop at a site is told.
struct DeskOptions {
  KitSource kit;
  std::string gate;     ///< The value read at the gate; known already where answers are.
  std::string answers;  ///< The laptop's file of answers, made when it is not there.
  std::string by;       ///< Who answers.
  std::string why;      ///< Why this corrects what was answered before; empty: it corrects nothing.
};

/// A kit and the answers that a laptop has so far.
struct FieldDesk {
  OpenedKit kit;
  FieldAnswers answers;
  std::string file;

  /// The line's question to its chip.
  [[nodiscard]] Challenge challenge(std::uint64_t line) const;
  /// The place of `chip` among the lines. Errors: `refused` by `inspect.substituted`.
  [[nodiscard]] Result<std::uint64_t> line_of(const ChipId& chip) const;
  /// Writes the answers over the laptop's file, all or nothing; not with `--dry-run`.
  Result<void> save(Context& context) const;
};

/// Errors: those of the files; `invalid_input` where nobody said the gate value or who answers;
/// `refused` by `kit.other_kit` and `kit.other_gate` for answers to other questions.
Result<FieldDesk> open_desk(const DeskOptions& options);

}  // namespace muster::cli
