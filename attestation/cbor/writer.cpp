#include "attestation/cbor/writer.hpp"

#include <array>

namespace muster::attestation {

void CborWriter::integer(std::int64_t value) {
  if (value >= 0) {
    unsigned_integer(static_cast<std::uint64_t>(value));
  } else {
    negative(~static_cast<std::uint64_t>(value));
  }
}

void CborWriter::bytes(ByteView value) {
  head(2, value.size());
  append(*out_, value);
}

void CborWriter::text(std::string_view value) {
  head(3, value.size());
  append(*out_, as_bytes(value));
}

void CborWriter::head(std::uint8_t major, std::uint64_t argument) {
  const auto first = static_cast<unsigned>(major) << 5U;
  if (argument < 24) {
    out_->push_back(static_cast<std::uint8_t>(first | static_cast<unsigned>(argument)));
    return;
  }
  // 1, 2, 4 or 8 bytes: the last ones of the eight.
  const unsigned power = argument <= UINT8_MAX    ? 0
                         : argument <= UINT16_MAX ? 1
                         : argument <= UINT32_MAX ? 2
                                                  : 3;
  const std::size_t width = std::size_t{1} << power;
  std::array<std::uint8_t, 9> bytes{};
  for (std::size_t i = 0; i < width; ++i) {
    bytes[width - i] = static_cast<std::uint8_t>(argument >> (8U * i));
  }
  bytes[0] = static_cast<std::uint8_t>(first | (24U + power));
  append(*out_, ByteView(bytes).first(1 + width));
}

}  // namespace muster::attestation
