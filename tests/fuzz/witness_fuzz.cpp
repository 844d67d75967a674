#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/cosignature.hpp"
#include "ledger/witness/add_checkpoint.hpp"

// Requests to a witness print as they were read, a key that signed nothing is behind none of them,
// and a cosigner's key has one spelling.
int fuzz_witness(const std::uint8_t* data, std::size_t size) {
  static const auto stranger =
      muster::crypto::Ed25519Signer(std::array<std::uint8_t, 32>{7}).public_key();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto request = muster::ledger::parse_add_checkpoint(text)) {
    MUSTER_CHECK(muster::ledger::encode_add_checkpoint(*request) == text);
    if (const auto note = muster::ledger::parse_note(request->checkpoint)) {
      const muster::ledger::CosignerKey key("stranger", stranger);
      MUSTER_CHECK(judge_cosignature(*note, key).verdict != muster::ledger::NoteVerdict::good);
    }
  }
  if (const auto key = muster::ledger::CosignerKey::parse(text)) {
    MUSTER_CHECK(key->to_string() == text);
  }
  return 0;
}
