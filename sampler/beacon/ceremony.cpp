#include "sampler/beacon/ceremony.hpp"

#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_id.hpp"

namespace muster::sampler {
namespace {

constexpr std::string_view commit_signature_domain = "muster/ceremony/commit-signature/v1\n";
constexpr std::string_view transcript_domain = "muster/ceremony/transcript/v1\n";

Bytes commit_message(CeremonyRole role, const Hash& plan, const Hash& commit) {
  Bytes message = to_bytes(commit_signature_domain);
  append(message, as_bytes(role_name(role)));
  append(message, as_bytes("\n"));
  append(message, plan.view());
  append(message, commit.view());
  return message;
}

const CeremonyPart& part_of(const CeremonyTranscript& transcript, CeremonyRole role) {
  return role == CeremonyRole::prover ? transcript.prover : transcript.verifier;
}

void check_part(const CeremonyTranscript& transcript, CeremonyRole role,
                const crypto::Ed25519PublicKey& key, std::vector<std::string>& findings) {
  const CeremonyPart& part = part_of(transcript, role);
  const std::string who(role_name(role));
  if (!commit_verifies(role, transcript.plan, part.commit, key)) {
    findings.push_back(who + ": the commitment is not signed by its key");
  }
  if (ceremony_commit(role, transcript.plan, part.nonce) != part.commit.commit) {
    findings.push_back(who + ": the nonce is not the one committed to");
  }
  if (!crypto::ed25519_verifies(key, as_bytes(transcript_message(transcript)),
                                part.transcript_signature)) {
    findings.push_back(who + ": the transcript is not signed by its key");
  }
}

}  // namespace

SignedCommit signed_commit(CeremonyRole role, const Hash& plan, const CeremonyNonce& nonce,
                           const crypto::Ed25519Signer& signer) {
  const Hash commit = ceremony_commit(role, plan, nonce);
  return {commit, signer.sign(commit_message(role, plan, commit))};
}

bool commit_verifies(CeremonyRole role, const Hash& plan, const SignedCommit& commit,
                     const crypto::Ed25519PublicKey& key) {
  return crypto::ed25519_verifies(key, commit_message(role, plan, commit.commit), commit.signature);
}

std::string transcript_message(const CeremonyTranscript& transcript) {
  const auto part = [](const CeremonyPart& p) {
    return Json{{"commit", p.commit.commit.to_hex()},
                {"commit_signature", to_hex(p.commit.signature)},
                {"nonce", to_hex(p.nonce)}};
  };
  return std::string(transcript_domain) +
         canonical_json(Json{{"plan", transcript.plan.to_hex()},
                             {"prover", part(transcript.prover)},
                             {"verifier", part(transcript.verifier)}});
}

void sign_transcript(CeremonyTranscript& transcript, CeremonyRole role,
                     const crypto::Ed25519Signer& signer) {
  const std::string message = transcript_message(transcript);
  CeremonyPart& part = role == CeremonyRole::prover ? transcript.prover : transcript.verifier;
  part.transcript_signature = signer.sign(as_bytes(message));
}

Hash ceremony_value(const CeremonyTranscript& transcript) {
  return draw::ceremony_value(transcript.plan, std::span(&transcript.prover.nonce, 1),
                              transcript.verifier.nonce);
}

std::vector<std::string> ceremony_findings(const CeremonyTranscript& transcript, const Hash& plan,
                                           const CeremonyKeys& keys) {
  std::vector<std::string> findings;
  if (transcript.plan != plan) findings.push_back("the transcript is of another plan");
  if (keys.prover == keys.verifier) findings.push_back("both parties have one key");
  check_part(transcript, CeremonyRole::prover, keys.prover, findings);
  check_part(transcript, CeremonyRole::verifier, keys.verifier, findings);
  return findings;
}

BeaconValue ceremony_beacon(const CeremonyTranscript& transcript, const Hash& plan,
                            const CeremonyKeys& keys) {
  const auto findings = ceremony_findings(transcript, plan, keys);
  std::string source = "ceremony of keys " + crypto::KeyId::of(keys.prover).text() + " and " +
                       crypto::KeyId::of(keys.verifier).text();
  for (const auto& finding : findings) source += "; " + finding;
  return {"ceremony", 0, to_bytes(ceremony_value(transcript).view()), findings.empty(), source};
}

}  // namespace muster::sampler
