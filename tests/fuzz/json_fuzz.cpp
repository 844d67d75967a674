#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/canonical_json.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"

// What is accepted has one canonical form, which is accepted in turn and stays as it is.
int fuzz_json(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = muster::parse_json(text);
  if (const auto plain = muster::read_plain_canonical_json(text)) {
    MUSTER_CHECK(value && *plain == *value);
    MUSTER_CHECK(muster::canonical_json(*value) == text);
  }
  if (value) {
    const std::string canonical = muster::canonical_json(*value);
    const auto again = muster::parse_canonical_json(canonical);
    MUSTER_CHECK(again);
    MUSTER_CHECK(*again == *value);
    MUSTER_CHECK(muster::parse_foreign_json(text));
  } else {
    MUSTER_CHECK(!muster::parse_canonical_json(text));
  }
  return 0;
}
