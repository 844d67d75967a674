#pragma once

#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "sampler/beacon/beacon_value.hpp"
#include "sampler/draw/ceremony.hpp"

namespace muster::sampler {

// The ceremony of a Prover and a Verifier outside the ledger, as a transcript that both sign. It
// shows who made the value, and not that the plan was committed before: for that the ceremony is
// held in the ledger (ledger_ceremony.hpp).

using draw::ceremony_commit;
using draw::CeremonyNonce;
using draw::CeremonyRole;
using draw::role_name;

/// A commitment with the signature of its party, made before either nonce is shown.
struct SignedCommit {
  Hash commit;
  crypto::Ed25519Signature signature;
};

[[nodiscard]] SignedCommit signed_commit(CeremonyRole role, const Hash& plan,
                                         const CeremonyNonce& nonce,
                                         const crypto::Ed25519Signer& signer);

/// Whether `commit` is signed by `key` in `role` for `plan`: to be checked before one reveals.
[[nodiscard]] bool commit_verifies(CeremonyRole role, const Hash& plan, const SignedCommit& commit,
                                   const crypto::Ed25519PublicKey& key);

/// What one party put into the ceremony.
struct CeremonyPart {
  SignedCommit commit;
  CeremonyNonce nonce;
  crypto::Ed25519Signature transcript_signature;  ///< over both commits and nonces
};

/// The whole, verifiable offline with both public keys.
struct CeremonyTranscript {
  Hash plan;
  CeremonyPart prover;
  CeremonyPart verifier;
};

/// What both sign at the end: all of `transcript` but the closing signatures.
[[nodiscard]] std::string transcript_message(const CeremonyTranscript& transcript);

/// Puts `signer`'s closing signature into its place.
void sign_transcript(CeremonyTranscript& transcript, CeremonyRole role,
                     const crypto::Ed25519Signer& signer);

/// The value of the two nonces (draw/ceremony.hpp).
[[nodiscard]] Hash ceremony_value(const CeremonyTranscript& transcript);

/// The two public keys, as the ledger knows them.
struct CeremonyKeys {
  crypto::Ed25519PublicKey prover;
  crypto::Ed25519PublicKey verifier;
};

/// What is wrong with a transcript for `plan`; nothing if it holds. The two keys must differ.
[[nodiscard]] std::vector<std::string> ceremony_findings(const CeremonyTranscript& transcript,
                                                         const Hash& plan,
                                                         const CeremonyKeys& keys);

/// The ceremony's value, verified or not, with the findings in its source.
[[nodiscard]] BeaconValue ceremony_beacon(const CeremonyTranscript& transcript, const Hash& plan,
                                          const CeremonyKeys& keys);

/// The transcript as JSON, and read back. Errors of the reader: `invalid_input` by field.
[[nodiscard]] Json ceremony_json(const CeremonyTranscript& transcript);
Result<CeremonyTranscript> parse_ceremony(const Json& json);

}  // namespace muster::sampler
