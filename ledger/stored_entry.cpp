#include "ledger/stored_entry.hpp"

namespace muster::ledger {

Result<Entry> parse_stored_entry(ByteView bytes, LogIndex index) {
  auto entry = parse_entry(bytes);
  if (entry && entry->index == index) return entry;
  return failure(Errc::corrupt, "entry " + std::to_string(index.value) + ": " +
                                    (entry ? "has number " + std::to_string(entry->index.value)
                                           : entry.error().message));
}

}  // namespace muster::ledger
