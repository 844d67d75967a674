#include "attestation/allowance/allowance_envelope.hpp"

#include <algorithm>

namespace muster::attestation {

Result<ledger::Envelope> signed_allowance(const Allowance& allowance,
                                          const crypto::Signer& issuer) {
  const crypto::Signer* const signers[] = {&issuer};
  return ledger::sign_envelope(std::string(allowance_payload_type), encode_allowance(allowance),
                               signers);
}

Result<HandedAllowance> read_allowance(std::string_view envelope_text,
                                       std::span<const crypto::PublicKey> issuers) {
  MUSTER_TRY_ASSIGN(const ledger::Envelope envelope, ledger::parse_envelope(envelope_text));
  if (envelope.payload_type != allowance_payload_type) {
    return failure(Errc::invalid_input, "allowance: got an envelope of \"" + envelope.payload_type +
                                            "\", want " + std::string(allowance_payload_type));
  }
  MUSTER_TRY_ASSIGN(Allowance terms, parse_allowance(envelope.payload));
  const bool by_issuer = std::ranges::any_of(issuers, [&](const crypto::PublicKey& key) {
    return std::ranges::any_of(envelope.signatures,
                               [&](const ledger::EnvelopeSignature& signature) {
                                 return ledger::signature_verifies(envelope, signature, key);
                               });
  });
  return HandedAllowance{ledger::statement_hash(envelope), {std::move(terms), by_issuer}};
}

}  // namespace muster::attestation
