#include "cli/scenario/audit_parties.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"

namespace muster::cli::scenario {

crypto::Ed25519Signer prover_signer() {
  return crypto::Ed25519Signer(crypto::sha256("muster/scenario/prover").bytes);
}

crypto::Ed25519Signer auditor_signer() {
  return crypto::Ed25519Signer(crypto::sha256("muster/scenario/auditor").bytes);
}

sampler::VrfSecretKey auditor_vrf() {
  return sampler::VrfSecretKey{
      crypto::VrfEd25519Key(crypto::sha256("muster/scenario/auditor/vrf").bytes)};
}

sampler::CeremonyNonce auditor_nonce(const Hash& plan, const Hash& prover_commit) {
  return crypto::sha256(
             {as_bytes("muster/scenario/auditor/nonce"), plan.view(), prover_commit.view()})
      .bytes;
}

Json commit_json(const sampler::SignedCommit& commit) {
  return {{"commit", commit.commit.to_hex()}, {"signature", to_hex(commit.signature)}};
}

Result<sampler::SignedCommit> parse_commit(const Json& json) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "commit"));
  MUSTER_TRY_ASSIGN(const Hash commit, fields.hash("commit"));
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("signature"));
  MUSTER_TRY(fields.finish());
  const auto bytes = bytes_from_hex(text);
  sampler::SignedCommit made{commit, {}};
  if (!bytes || bytes->size() != made.signature.size()) {
    return failure(Errc::invalid_input, "commit.signature: want 64 bytes in hex");
  }
  std::ranges::copy(*bytes, made.signature.begin());
  return made;
}

}  // namespace muster::cli::scenario
