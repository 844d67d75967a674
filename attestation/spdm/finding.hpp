#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/json.hpp"

namespace muster::attestation::spdm {

/// What can be found. The names are stable; README.md says what each means.
enum class FindingCode : std::uint8_t {
  unreadable,             ///< the file, the report or a certificate cannot be read
  signature_bad,          ///< the report's signature does not verify
  chain_broken,           ///< a certificate is not issued by the next one
  chain_rule,             ///< a certificate may not do what the chain needs it to
  certificate_early,      ///< before its time
  certificate_expired,    ///< after its time
  certificate_revoked,    ///< on its issuer's list
  revocation_unknown,     ///< no list of its issuer, or one that is out of date
  root_unknown,           ///< the chain ends in a root that nobody vouched for
  nonce_unknown,          ///< nobody said which nonce was asked with
  nonce_mismatch,         ///< another nonce than the one asked with
  device_mismatch,        ///< another device than the one asked for
  architecture_mismatch,  ///< the file claims another architecture than the certificate
  firmware_id_mismatch,   ///< report and certificate, both signed, name different firmware
  firmware_id_missing,    ///< report or certificate names no firmware
  reference_missing,      ///< no reference values at all
  measurement_unlisted,   ///< no reference value for a measurement
  measurement_missing,    ///< a reference value, and no measurement
  measurement_mismatch,   ///< a measurement that is none of its reference values
};
inline constexpr std::size_t finding_codes = 19;

/// What a finding does to the verdict, rising.
enum class Severity : std::uint8_t {
  note,           ///< worth knowing, changes nothing
  open,           ///< something could not be judged
  query,          ///< the holder owes an answer
  contradiction,  ///< what certified keys signed contradicts itself
};

/// The stable name, for example "spdm.signature_bad".
[[nodiscard]] std::string_view code_name(FindingCode code);
[[nodiscard]] Severity severity_of(FindingCode code);
[[nodiscard]] std::string_view severity_name(Severity severity);

/// One thing that is not as it should be, or that nobody can tell.
struct Finding {
  FindingCode code;
  Severity severity;
  std::string expected;
  std::string found;
  std::string where{};  ///< "certificate 2", "measurement 7"; empty for the report as a whole.
  Bytes bytes{};        ///< The bytes concerned, where they are short.
};

/// A finding of its usual severity.
[[nodiscard]] Finding finding(FindingCode code, std::string expected, std::string found,
                              std::string where = {});

/// As `muster attest appraise` prints findings.
[[nodiscard]] Json finding_json(const Finding& finding);

}  // namespace muster::attestation::spdm
