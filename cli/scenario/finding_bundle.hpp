#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/note.hpp"
#include "sampler/plan/draw_check.hpp"
#include "sampler/plan/vrf_key.hpp"

namespace muster::cli::scenario {

// What the inspector of a played audit files of one hit: all that a stranger needs to come to the
// same finding, in one canonical JSON document that the inspector signs.

inline constexpr std::string_view finding_version = "muster/scenario/finding/v1";
inline constexpr std::string_view finding_keys_version = "muster/scenario/finding-keys/v1";

/// Most bytes of a bundle that is read.
inline constexpr std::size_t max_finding_bytes = std::size_t{16} << 20U;

/// The public keys that a stranger has from elsewhere. Those of chips are in the register's part.
struct FindingKeys {
  crypto::Ed25519PublicKey prover;
  crypto::Ed25519PublicKey inspector;
  sampler::VrfPublicKey vrf;  ///< the inspector's, for draws
  ledger::VerifierKey register_operator;
};
/// Those of played audits.
[[nodiscard]] FindingKeys played_keys();
[[nodiscard]] Json finding_keys_json(const FindingKeys& keys);
/// Errors: `invalid_input` by field.
Result<FindingKeys> parse_finding_keys(const Json& json);

/// The parts of a bundle, as the messages of the audit had them (README.md, "One audit").
struct FindingParts {
  Json opening;     ///< the register's part, and what was declared
  Json filings;     ///< before the draw
  Json filed_late;  ///< after it
  Json ceremony;    ///< the transcript
  Json seal;
  Json site;  ///< the opening of the chip's site, with its VRF proof
  Json evidence;
  std::string chip;
  std::string verdict;
  std::vector<std::string> codes;
};

/// The signed document: Ed25519 over "muster/scenario/finding/v1\n" || the canonical JSON of all
/// fields but `signature`.
[[nodiscard]] std::string signed_finding(const FindingParts& parts,
                                         const crypto::Ed25519Signer& inspector);

/// What a stranger came to.
struct FindingReview {
  std::string chip;
  std::string verdict;  ///< as the bundle states it
  std::vector<std::string> codes;
  std::vector<sampler::NamedCheck> checks;

  /// Whether nothing failed: the finding stands.
  [[nodiscard]] bool stands() const { return !sampler::any_failed(checks); }
  /// What of it rests on the inspector's word, since no document can show it: that nothing was
  /// presented, or that a query was not answered in time. Empty where the chip's own signatures
  /// contradict each other.
  [[nodiscard]] std::string_view by_word() const;
};

/// Makes the finding anew from a bundle and `keys` alone: the signature, the ceremony, the plan
/// that follows from what was frozen, the draw of the chip, and the appraisal of what was
/// presented. Errors: `invalid_input` for what is no such document. What can be read and is wrong
/// is a check that failed.
Result<FindingReview> reviewed_finding(std::string_view text, const FindingKeys& keys);

}  // namespace muster::cli::scenario
