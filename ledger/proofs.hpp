#pragma once

#include "ledger/store.hpp"

namespace muster::ledger {

/// The subtree hashes of a stored log: from stored subtrees where they are complete, from at most
/// 255 stored hashes a level at the ragged edge. Borrows the store.
[[nodiscard]] SubtreeHash subtree_hash_of(Store& store);

/// The proof that entry `index` is in the log's first `size` entries.
/// Errors: `invalid_input` unless index < size <= the log's size; those of the store.
/// Cost: about log2(size) reads of up to 255 hashes.
Result<Proof> prove_inclusion(Store& store, LogIndex index, TreeSize size);

/// The proof that the log's first `old_size` entries are a prefix of its first `new_size`.
/// Errors: `invalid_input` unless 0 < old_size <= new_size <= the log's size; those of the store.
Result<Proof> prove_consistency(Store& store, TreeSize old_size, TreeSize new_size);

/// The root over the log's first `size` entries. Errors: `invalid_input` beyond the log's size.
Result<Hash> root_at(Store& store, TreeSize size);

}  // namespace muster::ledger
