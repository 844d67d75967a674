#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "attestation/replay/continuity.hpp"
#include "attestation/replay/declared_steps.hpp"
#include "attestation/replay/external_spec.hpp"
#include "attestation/replay/memorisation.hpp"
#include "attestation/replay/replay.hpp"
#include "attestation/replay/run_outline.hpp"
#include "attestation/replay/segments.hpp"
#include "cli/print/printer.hpp"
#include "cli/replay/replay_program.hpp"

namespace muster::cli {

/// A declared run beside the one that is shown.
struct DeclaredReview {
  std::uint64_t declared = 0;  ///< Commitments to a shard at a step.
  std::uint64_t compared = 0;  ///< Those of steps that were read or trained again.
  std::vector<attestation::DeclaredOtherwise> otherwise;
};

/// A check that was not made, and what helps.
struct NotJudged {
  std::string check;  ///< A stable code, such as "run.unseeded".
  std::string why;
  std::string remedy;  ///< Empty where nothing helps.
};

/// What a Prover says of a model that the built-in trainer does not know.
struct ExternalReview {
  attestation::ExternalSpec spec;
  /// What is odd about its figures, by code and in words: a query, and never a fault.
  std::vector<std::pair<std::string, std::string>> figures;
  std::optional<double> jump;  ///< See `attestation::update_jump`.
};

/// All that is found out about a run whose segments were done again.
struct RunReview {
  attestation::RunOutline outline;
  std::uint64_t flop_per_step = 0;         ///< Of a built-in model.
  std::optional<ExternalReview> external;  ///< Of a model of others.
  std::vector<NotJudged> not_judged;       ///< Of a model of others.
  std::string commitment;
  bool is_given = false;  ///< The transcript came from the Verifier, and not with the run.
  std::vector<attestation::RunFaultAt> faults;
  std::vector<std::uint64_t> uncommitted;  ///< Steps whose checkpoint is not the one committed to.
  std::vector<attestation::SegmentSign> signs;
  std::vector<attestation::MemorisationSign> remembered;
  std::optional<DeclaredReview> declared;  ///< Where a declaration was given.
  attestation::SegmentChoice choice;
  std::vector<attestation::SegmentReplay> replays;
  std::optional<attestation::Tolerance> tolerance;
  std::optional<ReplayProgram> program;  ///< Who did them again, if not the built-in trainer.
  std::optional<Error> program_failure;  ///< Why it stopped before the last of them.
  std::uint64_t forged = 1;              ///< Segments that a forger is taken to need.

  [[nodiscard]] std::uint64_t segment_count() const { return outline.segments(); }
  [[nodiscard]] std::size_t count(attestation::ReplayGrade grade) const;
  /// Nothing was found; which says little where `is_judged` is false.
  [[nodiscard]] bool is_clean() const;
  /// Whether anybody was there to do segments again: a model of others needs a program.
  [[nodiscard]] bool is_judged() const { return !external || program; }
  /// The probability that the uniform draw holds one of `forged`.
  [[nodiscard]] double detection() const;
};

/// Three digits of a number that nobody counts with.
[[nodiscard]] std::string short_number(double value);

/// Tables, facts and a verdict for people, and the object of `--json`.
void print_review(print::Printer& printer, const RunReview& review);

}  // namespace muster::cli
