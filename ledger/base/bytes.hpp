#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of `text`, borrowed.
[[nodiscard]] ByteView as_bytes(std::string_view text);

/// `bytes` read as text, borrowed. The caller knows that they are text.
[[nodiscard]] std::string_view as_text(ByteView bytes);

/// An own copy.
[[nodiscard]] Bytes to_bytes(ByteView view);
[[nodiscard]] Bytes to_bytes(std::string_view text);

/// Appends `more` to `bytes`.
void append(Bytes& bytes, ByteView more);

/// Appends `value` in big-endian order.
void append_u16be(Bytes& bytes, std::uint16_t value);
void append_u32be(Bytes& bytes, std::uint32_t value);
void append_u64be(Bytes& bytes, std::uint64_t value);

/// `value` as 8 big-endian bytes.
[[nodiscard]] std::array<std::uint8_t, 8> u64be(std::uint64_t value);

/// The first 8 bytes of `bytes` as a big-endian number. Requires: bytes.size() >= 8.
[[nodiscard]] std::uint64_t read_u64be(ByteView bytes);

}  // namespace muster
