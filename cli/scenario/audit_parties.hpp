#pragma once

#include "ledger/base/json.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "sampler/beacon/ceremony.hpp"
#include "sampler/plan/vrf_key.hpp"

namespace muster::cli::scenario {

// Keys of the two parties of a played audit, SYNTHETIC: each follows from a label. The Prover's
// side uses nothing of the inspector's but the public key.

[[nodiscard]] crypto::Ed25519Signer prover_signer();
[[nodiscard]] crypto::Ed25519Signer auditor_signer();
[[nodiscard]] sampler::VrfSecretKey auditor_vrf();

/// The inspector's part of a ceremony: follows from its own secret, the plan and what the Prover
/// committed to, so that two audits of one plan have two.
[[nodiscard]] sampler::CeremonyNonce auditor_nonce(const Hash& plan, const Hash& prover_commit);

/// A commitment on its way between the processes. Errors of the reader: `invalid_input` by field.
[[nodiscard]] Json commit_json(const sampler::SignedCommit& commit);
Result<sampler::SignedCommit> parse_commit(const Json& json);

}  // namespace muster::cli::scenario
