#pragma once

#include "ledger/entry.hpp"

namespace muster::ledger {

/// `parse_entry` for what a store or a mirror gave as the entry at `index`: what is none there is
/// damage. Errors: `corrupt`, naming the entry.
Result<Entry> parse_stored_entry(ByteView bytes, LogIndex index);

}  // namespace muster::ledger
