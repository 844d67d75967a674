#include "ledger/tiles/bundle.hpp"

#include <algorithm>

namespace muster::ledger {
namespace {

constexpr std::size_t length_bytes = 2;

tl::unexpected<Error> not_a_bundle(std::string rule, const std::string& why) {
  return tl::unexpected<Error>(Error{Errc::corrupt, "bundle: " + why, std::move(rule)});
}

}  // namespace

Result<Bytes> encode_bundle(std::span<const Bytes> entries) {
  Bytes bytes;
  for (const Bytes& entry : entries) {
    if (entry.size() > max_bundled_entry_bytes) {
      return failure(
          Errc::invalid_input,
          "bundle: got an entry of " + std::to_string(entry.size()) + " bytes, want at most 65535");
    }
    append_u16be(bytes, static_cast<std::uint16_t>(entry.size()));
    append(bytes, entry);
  }
  return bytes;
}

Result<std::vector<ByteView>> split_bundle(ByteView bytes, std::size_t count) {
  std::vector<ByteView> entries;
  entries.reserve(count);
  ByteView rest = bytes;
  while (entries.size() < count) {
    const auto at = bytes.size() - rest.size();
    const std::size_t length =
        rest.size() < length_bytes ? SIZE_MAX : (std::size_t{rest[0]} << 8U | rest[1]);
    if (rest.size() < length_bytes || rest.size() - length_bytes < length) {
      return not_a_bundle("bundle.truncated", "entry " + std::to_string(entries.size()) + " of " +
                                                  std::to_string(count) + " at byte " +
                                                  std::to_string(at) + " is cut off");
    }
    entries.push_back(rest.subspan(length_bytes, length));
    rest = rest.subspan(length_bytes + length);
  }
  if (!rest.empty()) {
    return not_a_bundle("bundle.trailing", std::to_string(rest.size()) +
                                               " bytes behind the last of " +
                                               std::to_string(count) + " entries");
  }
  return entries;
}

Bytes encode_hashes(std::span<const Hash> hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * Hash::size_bytes);
  for (const Hash& hash : hashes) append(bytes, hash.view());
  return bytes;
}

Result<std::vector<Hash>> split_hashes(ByteView bytes, std::size_t count) {
  if (bytes.size() != count * Hash::size_bytes) {
    return tl::unexpected<Error>(Error{Errc::corrupt,
                                       "tile: got " + std::to_string(bytes.size()) +
                                           " bytes, want " +
                                           std::to_string(count * Hash::size_bytes),
                                       "tile.length"});
  }
  std::vector<Hash> hashes(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::ranges::copy(bytes.subspan(i * Hash::size_bytes, Hash::size_bytes),
                      hashes[i].bytes.begin());
  }
  return hashes;
}

}  // namespace muster::ledger
