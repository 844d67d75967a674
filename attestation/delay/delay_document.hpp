#pragma once

#include <string>
#include <string_view>

#include "ledger/crypto/delay.hpp"

namespace muster::attestation {

/// A delay proof by itself, outside a device log.
struct DelayDocument {
  Hash modulus;  ///< Name of the modulus.
  crypto::DelayTask task;
  crypto::DelayProof proof;

  friend bool operator==(const DelayDocument&, const DelayDocument&) = default;
};

/// The canonical document `muster/delay-proof/v1`: {"v","modulus","input","squarings","output",
/// "proof"}, all but the number in lower-case hex.
[[nodiscard]] std::string encode_delay_document(const DelayDocument& document);

/// Says nothing of whether the proof is right. Errors: `invalid_input`, naming the field.
Result<DelayDocument> parse_delay_document(std::string_view text);

}  // namespace muster::attestation
