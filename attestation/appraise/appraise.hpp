#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attestation/allowance/allowance_use.hpp"
#include "attestation/appraise/finding.hpp"
#include "attestation/appraise/subject.hpp"
#include "attestation/delay/logged_delays.hpp"
#include "ledger/base/json.hpp"

namespace muster::attestation {

/// What the evidence of one chip comes to. None of them is a probability, and none judges the
/// Prover.
enum class ChipVerdict : std::uint8_t { consistent, query, contradicted, not_presented, open };
/// The stable name: "not-presented".
[[nodiscard]] std::string_view verdict_name(ChipVerdict verdict);

/// A check that was not made, and why.
struct CheckNotRun {
  std::string check;
  std::string reason;
};

/// Most powered time of one chip whose due instants are counted: 40 years. More is
/// evidence.unreadable.
inline constexpr std::uint64_t max_powered_ms = std::uint64_t{40} * 8766 * ms_per_powered_hour;

/// What the log covers of the window.
struct Coverage {
  std::uint64_t entries = 0;       ///< In the whole log.
  std::uint64_t snapshots = 0;     ///< In the window while held: those that were judged.
  std::uint64_t due = 0;           ///< Due instants that were looked for.
  std::uint64_t powered_ms = 0;    ///< Powered time of the epochs in which they were looked for.
  std::uint64_t acknowledged = 0;  ///< Snapshots whose acknowledgement is there and in time.
  std::uint64_t air_gapped = 0;    ///< Snapshots of epochs that ran without.
};

/// Memory that declarations leave unexplained within their budgets: room for a hidden model.
struct Unexplained {
  std::uint64_t bytes = 0;                     ///< The most in any one snapshot.
  std::uint64_t millibytes_per_parameter = 0;  ///< Of the run declared then; 0 when none was.
};

/// The result for one chip.
struct Appraisal {
  ChipId chip;
  ChipVerdict verdict = ChipVerdict::open;
  FindingList findings{};
  std::vector<CheckNotRun> not_run{};
  Coverage coverage{};
  Unexplained unexplained{};
  std::vector<ProvenDelay> delays{};        ///< Elapsed time that proofs in the log show.
  std::uint64_t elapsed_at_least_ms = 0;    ///< The most that those in a row add up to.
  std::optional<AllowanceUse> allowance{};  ///< What a metered chip spent; none was judged if none.
  std::string summary{};                    ///< One line: what it can and cannot tell.
};

/// Judges the evidence of one chip. Pure: the same subject gives the same result.
/// Takes any bytes; hostile evidence ends in findings.
[[nodiscard]] Appraisal appraise(const Subject& subject);

/// "B bytes per chip are not explained: a model of up to … parameters would fit", over `chips`
/// chips; empty if nothing is unexplained.
[[nodiscard]] std::string unexplained_statement(const Unexplained& unexplained,
                                                std::uint64_t chips);

/// What bounds the times of the snapshots from outside, in one sentence: acknowledgements, or the
/// ledger's heads alone.
[[nodiscard]] std::string time_statement(const Coverage& coverage);

/// The result as `muster attest appraise --json` prints it.
[[nodiscard]] Json appraisal_json(const Appraisal& appraisal);

}  // namespace muster::attestation
