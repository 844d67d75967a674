#pragma once

#include <string_view>
#include <vector>

#include "ledger/merkle.hpp"
#include "ledger/store.hpp"

namespace muster::ledger {

// What the backends that keep rows have in common: how values stand there, and what is said of
// those that cannot be right.

/// A hash in a row of `what`. Errors: `corrupt` unless it has 32 bytes.
Result<Hash> stored_hash(ByteView bytes, std::string_view what);

/// `corrupt`: the row `want` of `what` is not there, but `next` is.
[[nodiscard]] Error missing_row(std::string_view what, std::uint64_t want, std::int64_t next);

/// The nodes of a compact range as one value.
[[nodiscard]] Bytes nodes_value(const CompactRange& range);

/// The range back from its size and that value. Errors: `corrupt`.
Result<CompactRange> stored_range(TreeSize size, ByteView nodes);

/// Appends a leaf to `range`, and to `complete` the subtrees of 256, 65,536, … leaves that it
/// completes: those that stores keep.
void append_leaf(CompactRange& range, const Hash& leaf, std::vector<Subtree>& complete);

}  // namespace muster::ledger
