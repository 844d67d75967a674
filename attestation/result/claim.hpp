#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "attestation/appraise/appraise.hpp"

namespace muster::attestation {

/// What a Verifier says of one claim or of the whole, in the words of EAR (draft-ietf-rats-ear,
/// "ear.status").
enum class ResultStatus : std::uint8_t {
  none,             ///< Not judged, or not wholly.
  affirming,        ///< Judged, and as it should be.
  warning,          ///< Not as it should be; an answer is owed, and an honest one may exist.
  contraindicated,  ///< The chip's own signatures contradict each other.
};
[[nodiscard]] std::string_view status_name(ResultStatus status);
[[nodiscard]] std::optional<ResultStatus> status_named(std::string_view name);

/// What an appraisal answers about a chip, question by question.
enum class Claim : std::uint8_t {
  identity,   ///< The device that answered is the chip that is enrolled.
  freshness,  ///< It answered now.
  presence,   ///< It was seen as the policy demands.
  log,        ///< Its log is whole, and the one that it signed before.
  clock,      ///< Time and power in it hang together.
  snapshots,  ///< All that were due were taken.
  memory,     ///< What lay in memory was declared.
  firmware,   ///< What ran is accepted.
};
inline constexpr std::size_t claim_count = 8;
[[nodiscard]] std::string_view claim_name(Claim claim);

/// The claim that a finding of `code` is about.
[[nodiscard]] Claim claim_of(FindingCode code);

/// How often a code was found, and the worst severity that it had.
struct CodeCount {
  FindingCode code;
  Severity severity;
  std::uint64_t count;

  friend bool operator==(const CodeCount&, const CodeCount&) = default;
};

/// The codes of an appraisal, each once, in the order of the catalogue.
[[nodiscard]] std::vector<CodeCount> counted(const FindingList& findings);

/// The verdict that follows from these codes.
[[nodiscard]] ChipVerdict verdict_from(std::span<const CodeCount> found);
/// The status of the whole that follows from a verdict: open and not presented are `none`.
[[nodiscard]] ResultStatus status_from(ChipVerdict verdict);

/// The status of each claim. One whose checks were not all made is at best `none`, as are all but
/// presence where head or log cannot be read; of a chip that was not presented all are.
[[nodiscard]] std::array<ResultStatus, claim_count> claims_from(
    std::span<const CodeCount> found, std::span<const CheckNotRun> not_run);

}  // namespace muster::attestation
