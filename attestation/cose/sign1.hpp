#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/crypto/public_key.hpp"
#include "ledger/crypto/signer.hpp"

namespace muster::attestation {

inline constexpr std::uint64_t cose_sign1_tag = 18;
/// Algorithms of signatures, as the protected header names them. Source: RFC 9053 section 2.
inline constexpr std::int64_t cose_es256 = -7;  ///< ECDSA on P-256 with SHA-256: r and s, 64 bytes.
inline constexpr std::int64_t cose_eddsa = -8;  ///< Ed25519: 64 bytes.
inline constexpr std::int64_t cose_es384 = -35;  ///< ECDSA on P-384 with SHA-384: 96 bytes.
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

/// The one algorithm that `key` signs with.
[[nodiscard]] std::int64_t cose_algorithm(const crypto::PublicKey& key);

/// Whether `message` names the algorithm of `key` and its signature is one of `key`. The key
/// decides: a message cannot choose by what rule it is judged. Of an ECDSA signature (r, s) the
/// second form (r, n - s) is one, too; DER is none.
[[nodiscard]] bool sign1_verifies(const Sign1& message, const crypto::PublicKey& key);

/// `payload` as a COSE_Sign1 with protected header {1: algorithm of the signer's key} and an empty
/// unprotected header. Errors: those of the signer; none with a key in memory.
Result<Bytes> signed_sign1(ByteView payload, const crypto::Signer& signer);

}  // namespace muster::attestation
