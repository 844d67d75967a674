#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/key_id.hpp"
#include "ledger/crypto/signer.hpp"

namespace muster::ledger {

/// What the registry's events are called in an envelope.
inline constexpr std::string_view event_payload_type = "application/vnd.muster.event+json";

inline constexpr std::size_t max_payload_bytes = 48'000;
inline constexpr std::size_t max_payload_type_bytes = 128;
inline constexpr std::size_t max_envelope_signatures = 16;
/// Longest JSON text of an envelope that is looked at, before it is normalised.
inline constexpr std::size_t max_envelope_text_bytes = 131'072;

/// One signature over the envelope's PAE. The key id is a hint for look-up, never authority.
struct EnvelopeSignature {
  crypto::KeyId keyid;
  Bytes sig;  ///< Raw: 64 bytes, or 96 of a P-384 key.

  friend bool operator==(const EnvelopeSignature&, const EnvelopeSignature&) = default;
};

/// A DSSE envelope: bytes, what they are, and who signed them. Signatures stand in the order of
/// their key ids, each id once. Source: DSSE 1.0.2, envelope.md and protocol.md.
struct Envelope {
  std::string payload_type;
  std::string payload;
  std::vector<EnvelopeSignature> signatures;

  friend bool operator==(const Envelope&, const Envelope&) = default;
};

/// What is signed: `DSSEv1 <length> <type> <length> <payload>`. Source: DSSE 1.0.2, protocol.md.
[[nodiscard]] Bytes pae(std::string_view payload_type, std::string_view payload);

/// SHA-256 of the PAE: names the statement, whoever signed it.
[[nodiscard]] Hash statement_hash(const Envelope& envelope);

/// Reads an envelope that somebody made, and normalises it: either base64 alphabet is taken,
/// signatures are sorted by key id.
/// Errors: `invalid_input`, with the rule code `envelope.unknown_field` for any other field; key
/// ids twice, no or more than 16 signatures, and payloads above 48,000 bytes are refused.
Result<Envelope> parse_envelope(std::string_view json_text);

/// The normal form: payload, payloadType, signatures of keyid and sig; standard base64.
[[nodiscard]] Json envelope_json(const Envelope& envelope);
/// The canonical JSON text of the normal form.
/// Requires: what `parse_envelope` guarantees.
[[nodiscard]] std::string encode_envelope(const Envelope& envelope);

/// Requires: signers with distinct keys, at most 16; a payload type of printable ASCII without
/// quotes, spaces and backslashes. Errors: those of the signers.
Result<Envelope> sign_envelope(std::string payload_type, std::string payload,
                               std::span<const crypto::Signer* const> signers);

/// Adds the signer's signature in its place; replaces an earlier one of the same key.
/// Requires: room for it. Errors: those of the signer; the envelope is then as it was.
Result<void> add_signature(Envelope& envelope, const crypto::Signer& signer);

/// Whether `signature` is one of `key` over `envelope`, whatever the key id says.
[[nodiscard]] bool signature_verifies(const Envelope& envelope, const EnvelopeSignature& signature,
                                      const crypto::PublicKey& key);

/// Whether `text` may stand as a payload type: 1 to 128 of 0x21 to 0x7E without `"` and `\`.
[[nodiscard]] bool is_payload_type(std::string_view text);

}  // namespace muster::ledger
