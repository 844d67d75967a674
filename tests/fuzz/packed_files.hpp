#pragma once

#include <algorithm>
#include <string>

#include "ledger/tiles/source.hpp"

namespace muster::fuzz {

/// Files as one input: each as the length of its path in one byte, the path, the length of its
/// content in two, the content. What does not fit ends the reading.
[[nodiscard]] inline ledger::FileMap unpacked(ByteView bytes) {
  ledger::FileMap files;
  while (!bytes.empty()) {
    const std::size_t name = bytes[0];
    if (bytes.size() < name + 3) break;
    const std::string path(as_text(bytes.subspan(1, name)));
    const std::size_t length = std::size_t{bytes[name + 1]} << 8U | bytes[name + 2];
    bytes = bytes.subspan(name + 3);
    files[path] = to_bytes(bytes.first(std::min(length, bytes.size())));
    bytes = bytes.subspan(std::min(length, bytes.size()));
  }
  return files;
}

/// The same the other way round. Requires: paths up to 255 bytes, contents up to 65,535.
[[nodiscard]] inline Bytes packed(const ledger::FileMap& files) {
  Bytes bytes;
  for (const auto& [path, content] : files) {
    bytes.push_back(static_cast<std::uint8_t>(path.size()));
    bytes.insert(bytes.end(), path.begin(), path.end());
    bytes.push_back(static_cast<std::uint8_t>(content.size() >> 8U));
    bytes.push_back(static_cast<std::uint8_t>(content.size()));
    bytes.insert(bytes.end(), content.begin(), content.end());
  }
  return bytes;
}

}  // namespace muster::fuzz
