#pragma once

#include "ledger/store.hpp"

namespace muster::ledger {

/// Brings all of `from`, as it is now, into `to`: manifests, entries, checkpoints. What `to` has
/// already must be the beginning of it, so that a copy that was broken off goes on. Each entry is
/// hashed anew on its way. In bounded memory, but for one manifest.
/// Errors: `conflict` if `to` has something that `from` has not; `corrupt` for an entry of `from`
/// that is not what its leaf hash says, or a manifest under another name; those of the stores.
Result<void> copy_log(Store& from, Store& to);

}  // namespace muster::ledger
