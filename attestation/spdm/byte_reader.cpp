#include "attestation/spdm/byte_reader.hpp"

#include "ledger/base/hex.hpp"

namespace muster::attestation::spdm {

Result<ByteView> ByteReader::take(std::string_view field, std::size_t size) {
  if (size > left()) {
    return failure(Errc::invalid_input,
                   std::string(field) + " at byte " + std::to_string(offset()) + ": got " +
                       std::to_string(left()) + " bytes, want " + std::to_string(size));
  }
  const ByteView taken = bytes_.subspan(at_, size);
  at_ += size;
  return taken;
}

Result<std::uint32_t> ByteReader::number(std::string_view field, std::size_t size) {
  MUSTER_TRY_ASSIGN(const ByteView bytes, take(field, size));
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint32_t{bytes[i]} << (8U * i);
  return value;
}

Result<std::uint8_t> ByteReader::byte(std::string_view field) {
  MUSTER_TRY_ASSIGN(const ByteView bytes, take(field, 1));
  return bytes[0];
}

Result<void> ByteReader::expect(std::string_view field, std::uint8_t want) {
  const std::size_t where = offset();
  MUSTER_TRY_ASSIGN(const std::uint8_t got, byte(field));
  if (got == want) return {};
  return failure(Errc::invalid_input, std::string(field) + " at byte " + std::to_string(where) +
                                          ": got " + to_hex(ByteView(&got, 1)) + ", want " +
                                          to_hex(ByteView(&want, 1)));
}

Result<void> ByteReader::finish(std::string_view what) const {
  if (left() == 0) return {};
  return failure(Errc::invalid_input, std::string(what) + " at byte " + std::to_string(offset()) +
                                          ": " + std::to_string(left()) + " bytes too many");
}

}  // namespace muster::attestation::spdm
