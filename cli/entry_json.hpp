#pragma once

#include "ledger/base/json.hpp"
#include "ledger/entry.hpp"

namespace muster::cli {

/// An entry of a log as JSON; for one that is not Muster's all but its place, size and hash is
/// null.
[[nodiscard]] Json entry_json(ledger::LogIndex index, ByteView bytes);

}  // namespace muster::cli
