#pragma once

#include "ledger/mirror.hpp"
#include "ledger/tiles/source.hpp"

namespace muster::ledger {

/// A tiled log as a mirror: entries from its bundles, the widest partial ones included, and blobs
/// from `blob/`. Its checkpoint and hash tiles are not looked at: whoever takes from a mirror holds
/// what it took to a root that was signed. Each entry comes from any of its bundle's files in which
/// it can be read and says that it is this one; the others are gaps. Lists the files once.
/// Errors: those of the listing.
Result<EntryMirror> mirror_of_tiles(TileSource source);

}  // namespace muster::ledger
