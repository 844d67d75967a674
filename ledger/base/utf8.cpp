#include "ledger/base/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace muster {
namespace {

/// How a sequence goes on after its first byte: how many bytes, and what the next one may be.
struct Continuation {
  std::size_t count;
  std::uint8_t least;
  std::uint8_t most;
};

/// A count of 4 stands for a byte that begins nothing. Rows as in the grammar of RFC 3629.
Continuation continuation_of(std::uint8_t first) {
  if (first < 0x80) return {0, 0, 0};
  if (first >= 0xC2 && first <= 0xDF) return {1, 0x80, 0xBF};
  if (first == 0xE0) return {2, 0xA0, 0xBF};
  if (first == 0xED) return {2, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {2, 0x80, 0xBF};
  if (first == 0xF0) return {3, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {3, 0x80, 0xBF};
  if (first == 0xF4) return {3, 0x80, 0x8F};
  return {4, 0, 0};
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto next = continuation_of(static_cast<std::uint8_t>(text[at++]));
    if (next.count == 4 || text.size() - at < next.count) return false;
    for (std::size_t i = 0; i < next.count; ++i, ++at) {
      const auto byte = static_cast<std::uint8_t>(text[at]);
      const std::uint8_t least = i == 0 ? next.least : std::uint8_t{0x80};
      const std::uint8_t most = i == 0 ? next.most : std::uint8_t{0xBF};
      if (byte < least || byte > most) return false;
    }
  }
  return true;
}

}  // namespace muster
