#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/event.hpp"
#include "registry/kind.hpp"

// What the parser of events takes, the printer makes again to the byte; inline items never crash.
int fuzz_event(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto event = registry::parse_event(text, crypto::sha256(text));
  if (!event) return 0;
  MUSTER_CHECK(event->kind != nullptr);
  MUSTER_CHECK(canonical_json(registry::event_json(event->header, event->body)) == text);
  const auto attached =
      registry::attach_items(*event, [](const Hash&) -> const Bytes* { return nullptr; });
  if (attached) {
    MUSTER_CHECK(event->items.cells.size() == event->items.columns * event->items.items.size());
  }
  return 0;
}
