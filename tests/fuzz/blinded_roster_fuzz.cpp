#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "registry/holdings/blinded_roster.hpp"

using namespace muster::registry;

// A blinded roster and an opening have one spelling each; a roster that is read leads to its root,
// and no opening that is read is judged with a crash or taken for one of another roster.
int fuzz_blinded_roster(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto roster = parse_blinded(text);
  if (roster) {
    const std::string again = encode_blinded(*roster);
    MUSTER_CHECK(again == text || again + "\n" == text);
    MUSTER_CHECK(muster::ledger::root_hash(roster->leaves) == roster->root);
  } else {
    MUSTER_CHECK(roster.error().rule.starts_with("roster."));
  }
  const auto opening = parse_opening(text);
  if (!opening) {
    MUSTER_CHECK(opening.error().rule == "roster.unreadable");
    return 0;
  }
  const std::string again = encode_opening(*opening);
  MUSTER_CHECK(again == text || again + "\n" == text);
  BlindedRoster claimed;
  claimed.totals.count = opening->count;
  claimed.root = opening->root;
  const auto judged = check_opening(*opening, claimed);
  if (!judged) MUSTER_CHECK(judged.error().rule == "roster.opening");
  claimed.root.bytes[0] ^= 1;
  MUSTER_CHECK(!check_opening(*opening, claimed));
  return 0;
}
