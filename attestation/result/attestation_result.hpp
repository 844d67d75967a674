#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/result/claim.hpp"
#include "ledger/base/error.hpp"
#include "ledger/envelope.hpp"

namespace muster::attestation {

/// What an in-toto Statement in an envelope is called. Source: in-toto attestation framework,
/// spec/v1/envelope.md.
inline constexpr std::string_view statement_payload_type = "application/vnd.in-toto+json";
inline constexpr std::string_view statement_type = "https://in-toto.io/Statement/v1";
/// What is said of the subject: README.md.
inline constexpr std::string_view result_predicate_type =
    "tag:muster-audit.org,2026:attestation-result/v1";

/// Most names of checks and of runs in one result, and the longest text of either.
inline constexpr std::size_t max_result_items = 64;
inline constexpr std::size_t max_result_text = 300;

/// What was judged: digests of files, for whoever has these to compare.
struct JudgedEvidence {
  std::optional<Hash> head{};       ///< SHA-256 of the presented head.
  std::optional<Hash> log{};        ///< SHA-256 of the presented log.
  std::optional<Hash> openings{};   ///< SHA-256 of the openings; none: none came.
  Bytes nonce{};                    ///< What the Verifier sent.
  std::optional<Hash> reference{};  ///< SHA-256 of the reference values, as canonical JSON.
  /// Runs that the chip was declared to work for before the freeze: at most `max_result_items`.
  std::vector<std::string> runs{};

  friend bool operator==(const JudgedEvidence&, const JudgedEvidence&) = default;
};

/// The appraisal of one chip as other tools take it: an attestation result in the sense of RFC
/// 9334. It says how a Verifier judged evidence by a policy, and nothing about the Prover.
struct AttestationResult {
  ChipId chip;
  std::string verifier;    ///< Who judged, in its own words: 1 to 300 of printable ASCII.
  std::string build;       ///< With which program; likewise.
  AppraisalPolicy policy;  ///< `now` is the time of the reading, and of the result.
  Window window;
  Presence presence = Presence::label;
  JudgedEvidence evidence{};
  ChipVerdict verdict = ChipVerdict::open;
  std::array<ResultStatus, claim_count> claims{};
  std::vector<CodeCount> findings{};
  std::vector<CheckNotRun> not_run{};  ///< Each check once, with the first reason.
  Coverage coverage{};
  std::uint64_t unexplained_bytes = 0;
};

/// Who judged, and with what.
struct ResultAuthor {
  std::string verifier;
  std::string build;
};

/// The result of `appraisal`, which was made of `subject`.
/// Errors: `invalid_input` for an author that has no name, or one that is too long or not
/// printable.
Result<AttestationResult> attestation_result(const Subject& subject, const Appraisal& appraisal,
                                             const ResultAuthor& author);

/// SHA-256("muster/appraisal-policy/v1\n" || the policy as canonical JSON, without its id).
[[nodiscard]] Hash policy_id(const AppraisalPolicy& policy);

/// The in-toto Statement, canonical JSON.
[[nodiscard]] std::string encode_result(const AttestationResult& result);

/// Reads one that this version could have written: verdict and claims must be those that follow
/// from the findings, the policy's id its digest.
/// Errors: `invalid_input`, naming the field.
Result<AttestationResult> parse_result(std::string_view text);

/// The Statement in a DSSE envelope. Errors: those of the signer.
Result<ledger::Envelope> signed_result(const AttestationResult& result,
                                       const crypto::Signer& verifier);

}  // namespace muster::attestation
