#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/receipt.hpp"

// Proofs print as they were read, receipts have one canonical form, and a key that signed nothing
// accepts none.
int fuzz_receipt(const std::uint8_t* data, std::size_t size) {
  static const muster::ledger::VerifierKey stranger(
      "stranger", muster::crypto::Ed25519Signer(std::array<std::uint8_t, 32>{7}).public_key());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto proof = muster::ledger::parse_tlog_proof(text)) {
    MUSTER_CHECK(muster::ledger::encode_tlog_proof(*proof) == text);
  }
  if (const auto receipt = muster::ledger::parse_receipt(text)) {
    const std::string normal = muster::ledger::encode_receipt(*receipt);
    MUSTER_CHECK(muster::ledger::parse_receipt(normal).value() == *receipt);
    MUSTER_CHECK(!muster::ledger::verify_receipt(*receipt, stranger));
  }
  return 0;
}
