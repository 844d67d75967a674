#pragma once

#include "ledger/mirror.hpp"

namespace muster::ledger {

/// The checkpoint that a restored log has to reach before it may append and sign again: the newest
/// one that it keeps, where that is beyond its entries. None for a log that is whole.
/// Errors: `corrupt` for a kept checkpoint that cannot be read; those of the store.
Result<std::optional<TreeHead>> head_to_catch_up_with(Store& store);

/// Appends the entries that `log` lacks up to `target`, as `mirror` has them, with the blobs that
/// they name. All of them are read and must lead to the root of `target` before the first is
/// written; read again, they must be the same.
/// Requires: a `target` that the log's operator signed.
/// Errors: `refused` with `replay.too_short` if the mirror ends before `target`,
/// `replay.other_history` if its entries do not lead there; those of mirror and store. What was
/// appended until then stays, and is of the right history.
/// Cost: reads each entry twice, in bounded memory.
Result<TreeHead> replay(Store& log, const EntryMirror& mirror, const TreeHead& target,
                        const NamedBlobs& named_blobs);

}  // namespace muster::ledger
