#include "ledger/base/bytes.hpp"

#include "ledger/base/check.hpp"

namespace muster {

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes to_bytes(ByteView view) { return Bytes(view.begin(), view.end()); }

Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

void append(Bytes& bytes, ByteView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

void append_u16be(Bytes& bytes, std::uint16_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8U));
  bytes.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

void append_u32be(Bytes& bytes, std::uint32_t value) {
  append_u16be(bytes, static_cast<std::uint16_t>(value >> 16U));
  append_u16be(bytes, static_cast<std::uint16_t>(value & 0xFFFFU));
}

void append_u64be(Bytes& bytes, std::uint64_t value) {
  const auto encoded = u64be(value);
  append(bytes, encoded);
}

std::array<std::uint8_t, 8> u64be(std::uint64_t value) {
  std::array<std::uint8_t, 8> out{};
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<std::uint8_t>(value >> (8 * (7 - i)));
  }
  return out;
}

std::uint64_t read_u64be(ByteView bytes) {
  MUSTER_CHECK(bytes.size() >= 8);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    value = (value << 8U) | bytes[i];
  }
  return value;
}

}  // namespace muster
