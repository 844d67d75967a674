#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/envelope.hpp"

// What is accepted has one normal form, which is canonical JSON and is accepted in turn.
int fuzz_envelope(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto envelope = muster::ledger::parse_envelope(text);
  if (!envelope) return 0;
  const std::string normal = muster::ledger::encode_envelope(*envelope);
  MUSTER_CHECK(normal == muster::canonical_json(muster::ledger::envelope_json(*envelope)));
  MUSTER_CHECK(muster::ledger::parse_envelope(normal).value() == *envelope);
  // With a space in front it takes the way of other spellings, to the same envelope.
  MUSTER_CHECK(muster::ledger::parse_envelope(" " + normal).value() == *envelope);
  return 0;
}
