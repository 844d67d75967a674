#pragma once

#include "ledger/mirror.hpp"
#include "ledger/tiles/source.hpp"

namespace muster::ledger {

/// A tiled log as a mirror: entries from its bundles, the widest partial ones included, and blobs
/// from `blob/`. Its checkpoint and hash tiles are not looked at: whoever takes from a mirror holds
/// what it took to a root that was signed. Of a damaged bundle, the entries before the damage are
/// given. Lists the files once. Errors: those of the listing.
Result<EntryMirror> mirror_of_tiles(TileSource source);

}  // namespace muster::ledger
