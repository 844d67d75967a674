#pragma once

#include "ledger/base/error.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/state/records.hpp"

namespace muster::registry {

/// Whether `key` may sign the statement at `index` that is accepted at `accepted_at`: registered
/// before it, not revoked by an earlier statement, not rotated away. The one place that decides.
[[nodiscard]] bool key_is_valid(const Key& key, Index32 index, Timestamp accepted_at);

/// The same as a judgement.
/// Errors: `refused`; rules `key.expired` after the overlap of a rotation, `key.not_valid` else.
Result<void> check_key(const Key& key, Index32 index, Timestamp accepted_at);

}  // namespace muster::registry
