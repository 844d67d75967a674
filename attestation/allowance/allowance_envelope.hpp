#pragma once

#include <span>

#include "attestation/allowance/allowance_book.hpp"
#include "ledger/crypto/public_key.hpp"
#include "ledger/envelope.hpp"

namespace muster::attestation {

/// What an allowance is called in an envelope.
inline constexpr std::string_view allowance_payload_type = "application/vnd.muster.allowance+json";

/// `allowance` signed by its issuer. Errors: those of the signer.
Result<ledger::Envelope> signed_allowance(const Allowance& allowance, const crypto::Signer& issuer);

/// An allowance as somebody hands it in.
struct HandedAllowance {
  Hash statement;  ///< What device logs name it by.
  KnownAllowance known;
};

/// Reads an envelope with an allowance in it and looks for a signature of one of `issuers`.
/// Errors: `invalid_input` for anything that is no envelope with an allowance in it, whoever
/// signed.
Result<HandedAllowance> read_allowance(std::string_view envelope_text,
                                       std::span<const crypto::PublicKey> issuers);

}  // namespace muster::attestation
