#include "attestation/cbor/writer.hpp"

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
  const auto first = [major](unsigned info) {
    return static_cast<std::uint8_t>((static_cast<unsigned>(major) << 5U) | info);
  };
  if (argument < 24) {
    out_->push_back(first(static_cast<unsigned>(argument)));
  } else if (argument <= UINT8_MAX) {
    out_->push_back(first(24));
    out_->push_back(static_cast<std::uint8_t>(argument));
  } else if (argument <= UINT16_MAX) {
    out_->push_back(first(25));
    append_u16be(*out_, static_cast<std::uint16_t>(argument));
  } else if (argument <= UINT32_MAX) {
    out_->push_back(first(26));
    append_u32be(*out_, static_cast<std::uint32_t>(argument));
  } else {
    out_->push_back(first(27));
    append_u64be(*out_, argument);
  }
}

}  // namespace muster::attestation
