#pragma once

#include <span>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

namespace muster::ledger {

/// The longest entry that a bundle can hold, and so the longest full bundle.
inline constexpr std::size_t max_bundled_entry_bytes = 65'535;
inline constexpr std::size_t max_bundle_bytes = 256 * (2 + max_bundled_entry_bytes);

/// The entries one after the other, each behind its length as two big-endian bytes.
/// Errors: `invalid_input` for an entry above 65,535 bytes. Source: c2sp.org/tlog-tiles.
Result<Bytes> encode_bundle(std::span<const Bytes> entries);

/// The `count` entries of a bundle, borrowed.
/// Errors: `corrupt` with rule `bundle.truncated` if it ends before the last of them, or
/// `bundle.trailing` if it goes on behind it.
Result<std::vector<ByteView>> split_bundle(ByteView bytes, std::size_t count);

/// The hashes of a tile one after the other.
[[nodiscard]] Bytes encode_hashes(std::span<const Hash> hashes);

/// The `count` hashes of a tile. Errors: `corrupt` with rule `tile.length` for another length.
Result<std::vector<Hash>> split_hashes(ByteView bytes, std::size_t count);

}  // namespace muster::ledger
