#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/evidence.hpp"

// Evidence has one canonical form, and never convicts an operator who signed nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const muster::ledger::VerifierKey stranger(
      "log.example/golden",
      muster::crypto::Ed25519Signer(std::array<std::uint8_t, 32>{7}).public_key());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto evidence = muster::ledger::parse_evidence(text)) {
    const std::string normal = muster::ledger::encode_evidence(*evidence);
    MUSTER_CHECK(muster::ledger::parse_evidence(normal).value() == *evidence);
    MUSTER_CHECK(!muster::ledger::judge_evidence(*evidence, stranger));
  }
  return 0;
}
