#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/exchange/draft.hpp"
#include "registry/exchange/resolver.hpp"

using namespace muster;
using namespace muster::exchange;

// A draft that is taken prints as a line that is read as the same. A list of URIs never crashes.
int fuzz_epcis_draft(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto draft = parse_draft(text)) {
    const std::string line = encode_draft(*draft);
    const auto again = parse_draft(line);
    MUSTER_CHECK(again && encode_draft(*again) == line);
    MUSTER_CHECK(line.find('\n') == std::string::npos);
  }
  Resolver resolver("r.example");
  const auto read = resolver.read_list(text, "list");
  MUSTER_CHECK(read || !read.error().message.empty());
  return 0;
}
