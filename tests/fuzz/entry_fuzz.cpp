#include <cstddef>
#include <cstdint>

#include "ledger/base/check.hpp"
#include "ledger/entry.hpp"

// An entry has one spelling, and that spelling is canonical JSON.
int fuzz_entry(const std::uint8_t* data, std::size_t size) {
  const muster::ByteView bytes(data, size);
  const auto entry = muster::ledger::parse_entry(bytes);
  if (!entry) return 0;
  MUSTER_CHECK(muster::ledger::encode_entry(*entry) == muster::as_text(bytes));
  MUSTER_CHECK(muster::parse_canonical_json(muster::as_text(bytes)));
  return 0;
}
