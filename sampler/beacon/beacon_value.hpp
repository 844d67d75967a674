#pragma once

#include <cstdint>
#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::sampler {

/// The public value that decides a draw, and what is known of where it came from.
struct BeaconValue {
  std::string kind;  ///< as in the plan: "ceremony", "beacons" or "value"
  std::uint64_t round;
  Bytes randomness;
  bool verified;       ///< signatures or openings were checked
  std::string source;  ///< by whose word or keys, for people
  /// Not verified, and nothing wrong seen: what would show it cannot be checked here.
  bool unchecked = false;
};

/// A value that somebody reads out: taken, and labelled as unverified wherever it shows.
/// Errors: `invalid_input` unless 32 to 64 bytes in hex.
Result<BeaconValue> stated_value(std::string_view hex, const std::string& source,
                                 std::uint64_t round);

}  // namespace muster::sampler
