#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/base64.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/gs1/key_spelling.hpp"

// The short text forms: what a strict parser takes is what the printer makes of the value.
int fuzz_text(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto bytes = muster::bytes_from_base64(text)) {
    MUSTER_CHECK(muster::to_base64(*bytes) == text);
    MUSTER_CHECK(muster::bytes_from_any_base64(text).value() == *bytes);
  }
  if (const auto bytes = muster::bytes_from_hex(text)) {
    MUSTER_CHECK(muster::bytes_from_hex(muster::to_hex(*bytes)).value() == *bytes);
  }
  if (const auto id = muster::ChipId::parse(text)) {
    MUSTER_CHECK(id->to_string() == text);
    MUSTER_CHECK(muster::ChipId::parse_typed(text).value() == *id);
  }
  if (const auto time = muster::Timestamp::parse(text)) {
    MUSTER_CHECK(muster::Timestamp::parse(time->to_string()).value() == *time);
  }
  if (const auto key = muster::gs1::key_spelling(text)) {
    MUSTER_CHECK(muster::gs1::key_spelling(*key) == key);
  }
  return 0;
}
