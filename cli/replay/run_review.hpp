#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/replay/continuity.hpp"
#include "attestation/replay/declared_steps.hpp"
#include "attestation/replay/memorisation.hpp"
#include "attestation/replay/replay.hpp"
#include "attestation/replay/segments.hpp"
#include "attestation/replay/transcript.hpp"
#include "cli/print/printer.hpp"
#include "cli/replay/replay_program.hpp"

namespace muster::cli {

/// A declared run beside the one that is shown.
struct DeclaredReview {
  std::uint64_t declared = 0;  ///< Commitments to a shard at a step.
  std::uint64_t compared = 0;  ///< Those of steps that were read or trained again.
  std::vector<attestation::DeclaredOtherwise> otherwise;
};

/// All that is found out about a run whose segments were done again.
struct RunReview {
  attestation::TranscriptCommitment transcript;
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

  [[nodiscard]] std::uint64_t segment_count() const { return transcript.checkpoints() - 1; }
  [[nodiscard]] std::size_t count(attestation::ReplayGrade grade) const;
  [[nodiscard]] bool is_clean() const;
  /// The probability that the uniform draw holds one of `forged`.
  [[nodiscard]] double detection() const;
};

/// Three digits of a number that nobody counts with.
[[nodiscard]] std::string short_number(double value);

/// Tables, facts and a verdict for people, and the object of `--json`.
void print_review(print::Printer& printer, const RunReview& review);

}  // namespace muster::cli
