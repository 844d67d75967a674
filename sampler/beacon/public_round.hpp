#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/timestamp.hpp"
#include "sampler/beacon/beacon_value.hpp"

namespace muster::sampler {

/// One value of a public source, named before it exists.
///
/// - `nist-v2`: the key is the SHA-512 of the certificate that signs, 128 hex digits; the round is
///   the pulse's minute since 1970.
/// - `drand-quicknet`: the key is the hash of the chain, 64 hex digits; the round is as drand
/// counts.
/// - `ceremony`: the key is empty, the round 0.
struct PublicRound {
  std::string kind;
  std::string key;
  std::uint64_t round = 0;

  friend auto operator<=>(const PublicRound&, const PublicRound&) = default;
};

/// Errors: `invalid_input` for another kind, a key of another form, and a round that no clock
/// shows.
Result<void> check(const PublicRound& round);

/// "nist-v2 round 29000000", for people.
[[nodiscard]] std::string round_name(const PublicRound& round);

/// When the source publishes it by its own timetable; nothing for a ceremony.
/// Requires: check(round).
[[nodiscard]] std::optional<Timestamp> round_time(const PublicRound& round);

/// The first round of `kind` that is not published before `time`.
/// Errors: `invalid_input` for a kind without a timetable, and a time before the source began.
Result<std::uint64_t> round_at(std::string_view kind, Timestamp time);

/// Whether Muster checks a value of that kind to the end. Not so for drand: its signature needs a
/// pairing on BLS12-381, for which Debian 12 has no library.
[[nodiscard]] bool is_checkable(const PublicRound& round);

/// A value of one round, and what is known of it.
struct RoundValue {
  PublicRound round;
  Bytes value;                           ///< Empty when none was given.
  std::optional<Timestamp> time{};       ///< When it came to be, by the source's own word.
  std::vector<std::string> faults{};     ///< What is wrong with it.
  std::vector<std::string> unchecked{};  ///< What Muster cannot check of it.
  std::string source;                    ///< By whose word or key, for people.

  [[nodiscard]] bool verified() const { return faults.empty() && unchecked.empty(); }
};

/// SHA-256 over "muster/beacons/v1" and kind, key, round (8 bytes, big-endian) and value of each
/// round in the order of the plan, every part behind its length as 4 bytes, big-endian.
[[nodiscard]] Hash combined_value(const std::vector<RoundValue>& values);

/// The value of all rounds together, of kind "beacons" and round 0. Verified only if every one is:
/// whoever reports a value that nobody checks could choose it to suit the others.
[[nodiscard]] BeaconValue combined_beacon(const std::vector<RoundValue>& values);

/// When the last of the verified values came to be: nobody knew the combined value before. Nothing
/// if none is verified and has a time.
[[nodiscard]] std::optional<Timestamp> known_since(const std::vector<RoundValue>& values);

}  // namespace muster::sampler
