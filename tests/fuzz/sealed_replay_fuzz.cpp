#include <cstddef>
#include <cstdint>

#include "attestation/replay/confidential.hpp"
#include "ledger/base/check.hpp"

// The papers of a replay whose weights nobody sees: what is taken is written as it means, a draw
// draws what it says, and no file of openings is taken that was not made for its segments.
int fuzz_sealed_replay(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  using namespace muster::attestation;
  const auto text = as_text(ByteView(data, size));
  if (const auto draw = parse_replay_draw(text)) {
    const auto again = parse_replay_draw(encode_replay_draw(*draw));
    MUSTER_CHECK(again.has_value() && *again == *draw);
    MUSTER_CHECK(draw->segments.size() + draw->largest <= draw->of);
    MUSTER_CHECK(tolerance_of(*draw).has_value());
  }
  if (const auto sealed = parse_sealed_replay(text)) {
    const auto again = parse_sealed_replay(encode_sealed_replay(*sealed));
    MUSTER_CHECK(again.has_value() && *again == *sealed);
  }
  RunOutline outline;
  outline.layout.shards = 2;
  outline.steps = 40;
  outline.checkpoint_every = 10;
  const std::vector<std::uint64_t> segments{0, 2};
  // Nothing is known that has the root of 32 zero bytes.
  MUSTER_CHECK(!check_openings(text, outline, segments).has_value());
  return 0;
}
