#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/checkpoint.hpp"

// Notes, checkpoints and verifier keys print as they were read.
int fuzz_note(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto note = muster::ledger::parse_note(text)) {
    MUSTER_CHECK(muster::ledger::encode_note(*note) == text);
    if (const auto checkpoint = muster::ledger::parse_checkpoint_text(note->text)) {
      MUSTER_CHECK(muster::ledger::checkpoint_text(*checkpoint) == note->text);
    }
  }
  if (const auto key = muster::ledger::VerifierKey::parse(text)) {
    MUSTER_CHECK(key->to_string() == text);
  }
  return 0;
}
