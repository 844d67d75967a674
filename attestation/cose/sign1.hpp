#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/crypto/ed25519.hpp"

namespace muster::attestation {

inline constexpr std::uint64_t cose_sign1_tag = 18;
inline constexpr std::int64_t cose_eddsa = -8;
/// Longest COSE_Sign1 that is looked at.
inline constexpr std::size_t max_sign1_bytes = 65'535;

/// A tagged COSE_Sign1 message with the payload inside, taken apart and not yet verified. Borrows
/// the bytes that it was parsed from.
struct Sign1 {
  ByteView protected_header;  ///< As signed: the encoded map.
  ByteView payload;
  ByteView signature;
  std::int64_t algorithm;  ///< Label 1 of the protected header.
};

/// Takes `bytes` apart: deterministic CBOR, tag 18, algorithm among the protected labels, nothing
/// after it. Source: RFC 9052 sections 2, 3 and 4.2.
/// Errors: `invalid_input`.
Result<Sign1> parsed_sign1(ByteView bytes);

/// The bytes that the signature covers, with empty external data.
/// Source: RFC 9052 section 4.4.
[[nodiscard]] Bytes sign1_signed_bytes(ByteView protected_header, ByteView payload);

/// Whether `message` is EdDSA and its signature is one of `key`.
[[nodiscard]] bool sign1_verifies(const Sign1& message, const crypto::Ed25519PublicKey& key);

/// `payload` as a COSE_Sign1 with protected header {1: -8} and an empty unprotected header.
[[nodiscard]] Bytes signed_sign1(ByteView payload, const crypto::Ed25519Signer& signer);

}  // namespace muster::attestation
