#pragma once

#include <string_view>

#include "ledger/base/hash.hpp"

namespace muster::draw {

/// Decides the tickets of one site in one draw.
struct Seed {
  Hash value;

  friend auto operator<=>(const Seed&, const Seed&) = default;
};

/// What a seed is made of. Nobody may know all of it before the frame is frozen.
struct SeedParts {
  Hash plan;              ///< Statement hash of the plan, which quotes the frozen roots.
  std::string_view site;  ///< Id of the site.
  std::uint64_t round;    ///< Round of the public beacon that the plan named.
  ByteView randomness;    ///< The beacon's value of that round.
  ByteView beta;          ///< The Verifier's VRF output for the site; empty where a plan has none.
};

/// SHA-256 over "muster/seed/v1" and the parts in their order, each behind its length as a 4-byte
/// big-endian number; the round is 8 bytes, big-endian.
[[nodiscard]] Seed site_seed(const SeedParts& parts);

}  // namespace muster::draw
