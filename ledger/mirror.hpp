#pragma once

#include <functional>
#include <vector>

#include "ledger/entry.hpp"
#include "ledger/store.hpp"

namespace muster::ledger {

/// Another place that has a log's entries and blobs: a backup, another's copy, a folder of tiles.
/// Nothing that it gives is believed: what is taken from it must lead to a root that the log's
/// operator signed.
struct EntryMirror {
  /// Entries [first, first + count), fewer where the mirror ends or has a gap before that.
  std::function<Result<std::vector<Bytes>>(LogIndex first, std::size_t count)> read;
  /// Errors: `not_found`.
  std::function<Result<Bytes>(const Hash& sha256)> blob;
};

/// Another log's store as a mirror. Borrows it.
[[nodiscard]] EntryMirror mirror_of(Store& store);

/// The blobs that an entry names: the registry's knowledge.
using NamedBlobs = std::function<std::vector<Hash>(const Entry&)>;

}  // namespace muster::ledger
