#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/number_reuse.hpp"

// Evidence has one canonical form, and what holds is of two different statements.
int fuzz_number_reuse(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reuse = registry::parse_number_reuse(text);
  if (!reuse) return 0;
  const std::string normal = registry::encode_number_reuse(*reuse);
  MUSTER_CHECK(registry::encode_number_reuse(registry::parse_number_reuse(normal).value()) ==
               normal);
  const auto facts = registry::verify_number_reuse(*reuse);
  if (facts) MUSTER_CHECK(facts->first != facts->second);
  return 0;
}
