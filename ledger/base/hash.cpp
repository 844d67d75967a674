#include "ledger/base/hash.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"

namespace muster {

Result<Hash> Hash::from_hex(std::string_view text) {
  Hash hash;
  if (text.size() != 2 * size_bytes) {
    return failure(Errc::invalid_input,
                   "hash: got " + std::to_string(text.size()) + " characters, want 64 hex digits");
  }
  auto filled = fill_from_lower_hex(text, hash.bytes);
  if (!filled) return failure(std::move(filled.error()).during("hash"));
  return hash;
}

Result<Hash> Hash::from_bytes(ByteView bytes) {
  if (bytes.size() != size_bytes) {
    return failure(Errc::invalid_input,
                   "hash: got " + std::to_string(bytes.size()) + " bytes, want 32");
  }
  Hash hash;
  std::ranges::copy(bytes, hash.bytes.begin());
  return hash;
}

std::string Hash::to_hex() const { return muster::to_hex(bytes); }

}  // namespace muster
