#pragma once

#include <string>

#include "ledger/base/timestamp.hpp"
#include "ledger/envelope.hpp"
#include "ledger/index.hpp"

namespace muster::ledger {

inline constexpr std::size_t max_entry_bytes = 65'535;
inline constexpr int entry_version = 1;

/// One accepted statement in its place. `previous` is the leaf hash of the entry before, all zeros
/// for the first: a chain over the same hashes that the Merkle tree is built from.
struct Entry {
  Timestamp accepted_at;
  Envelope envelope;
  LogIndex index;
  Hash previous;

  friend bool operator==(const Entry&, const Entry&) = default;
};

/// The bytes that are hashed and kept: canonical JSON of accepted_at, envelope, index, previous, v.
/// Requires: an envelope as `parse_envelope` guarantees, an index below 2^53.
[[nodiscard]] std::string encode_entry(const Entry& entry);

/// Reads exactly what `encode_entry` writes; no other spelling of the same values is taken.
/// Errors: `invalid_input` with the byte where it stops being an entry; also for a length outside
/// 1 to 65,535.
Result<Entry> parse_entry(ByteView bytes);

}  // namespace muster::ledger
