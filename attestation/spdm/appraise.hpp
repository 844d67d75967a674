#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "attestation/spdm/chain.hpp"
#include "attestation/spdm/evidence.hpp"
#include "attestation/spdm/finding.hpp"
#include "attestation/spdm/message.hpp"
#include "attestation/spdm/opaque.hpp"
#include "attestation/spdm/reference.hpp"

namespace muster::attestation::spdm {

/// What the evidence of one device comes to. None of them judges its holder.
enum class Verdict : std::uint8_t { consistent, open, query, contradicted };
[[nodiscard]] std::string_view verdict_name(Verdict verdict);

/// What a report is judged by, besides its chain.
struct ReportPolicy {
  std::optional<std::array<std::uint8_t, nonce_bytes>> nonce{};  ///< The one we asked with.
  std::optional<std::string> device{};  ///< The "maker:product:serial" we asked.
  std::optional<ReferenceValues> reference{};
};

/// How one measurement stands to the reference values.
enum class Match : std::uint8_t { equal, different, ignored, unlisted };
[[nodiscard]] std::string_view match_name(Match match);

/// The judged evidence of one device.
struct Appraisal {
  Verdict verdict = Verdict::open;
  std::string statement;  ///< What the signature does and does not show, in one sentence.
  std::vector<Finding> findings;
  std::vector<std::string> checks_not_run;  ///< Each with its reason.
  std::string architecture;                 ///< As the file claims.
  Chain chain;
  std::optional<Exchange> exchange{};  ///< Nothing when the report cannot be read.
  std::vector<OpaqueField> opaque;
  std::vector<Match> matches;  ///< One per measurement.
  bool signature_verified = false;
};

/// Judges one device's evidence by a chain that was judged before. Pure; takes any bytes.
/// Cost: one P-384 verification.
[[nodiscard]] Appraisal appraise(const Evidence& evidence, Chain chain, const ReportPolicy& policy);

/// The result as `muster attest spdm --json` prints it.
[[nodiscard]] Json appraisal_json(const Appraisal& appraisal);

}  // namespace muster::attestation::spdm
