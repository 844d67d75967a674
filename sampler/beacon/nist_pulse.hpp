#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/crypto/sha512.hpp"
#include "ledger/crypto/x509.hpp"
#include "sampler/beacon/public_round.hpp"

namespace muster::sampler {

using crypto::Sha512Digest;

/// An output of an earlier pulse that a pulse quotes.
struct QuotedPulse {
  std::string uri;
  std::string type;  ///< "previous", "hour", "day", "month" or "year"
  Sha512Digest value{};
};

/// A pulse of NIST's randomness beacon, version 2. Source: NIST IR 8213 (draft), section 4.
struct NistPulse {
  std::string uri;
  std::string version;
  std::uint32_t cipher_suite = 0;  ///< 0: RSA with SHA-512
  std::uint32_t period_ms = 0;
  Sha512Digest certificate_id{};  ///< SHA-512 of the certificate in DER
  std::uint64_t chain = 0;
  std::uint64_t index = 0;
  std::string time_text;  ///< as signed
  Timestamp time{};
  Sha512Digest local_random{};
  Sha512Digest external_source{};
  std::uint32_t external_status = 0;
  Sha512Digest external_value{};
  std::vector<QuotedPulse> quoted;
  Sha512Digest precommitment{};  ///< SHA-512 of the next pulse's local random value
  std::uint32_t status = 0;
  Bytes signature;
  Sha512Digest output{};
};

/// Reads a pulse as NIST serves it, alone or as the field "pulse" of an object. Hex of either case.
/// Errors: `invalid_input` by field.
Result<NistPulse> parse_nist_pulse(const Json& json, const std::string& where);
[[nodiscard]] Json nist_pulse_json(const NistPulse& pulse);

/// The bytes that are signed: numbers big-endian (4 bytes, the two indexes 8), texts and hashes
/// behind their length as 4 bytes.
[[nodiscard]] Bytes signed_bytes(const NistPulse& pulse);

/// A pulse with what shows that it is NIST's.
struct NistEvidence {
  NistPulse pulse;
  std::optional<NistPulse> previous{};  ///< the pulse before it, which committed to it
  std::string certificate_pem;
  crypto::Certificate certificate;
};

/// The pulse's output value, and what is wrong: another time or certificate than wanted, a key
/// that is not of RSA with 4096 bits or was not valid, signature, output value, status; and with
/// the previous pulse, that it is signed, quoted and committed to this one's local random value.
[[nodiscard]] RoundValue nist_value(const NistEvidence& evidence, const PublicRound& wanted);

}  // namespace muster::sampler
