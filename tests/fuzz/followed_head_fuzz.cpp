#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/followed_head.hpp"

// What is read as a place in a log is written again as itself, and its checkpoint is of that place.
int fuzz_followed_head(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto followed = ledger::parse_followed_head(text);
  if (!followed) return 0;
  const std::string normal = ledger::encode_followed_head(*followed);
  MUSTER_CHECK(ledger::parse_followed_head(normal).value() == *followed);
  if (followed->checkpoint) {
    MUSTER_CHECK(ledger::parse_checkpoint(*followed->checkpoint).value().head() == followed->head);
  }
  return 0;
}
