#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "ledger/base/json.hpp"
#include "sampler/beacon/public_round.hpp"

namespace muster::sampler {

// drand's chain "quicknet": a value every 3 seconds, signed by a threshold of independent operators
// with BLS12-381 (signatures on G1). One round has one valid signature, so nobody can choose it.

/// SHA-256 over period, genesis, public key, group hash and name of the chain: what names it.
inline constexpr std::string_view quicknet_chain_hash =
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
inline constexpr std::int64_t quicknet_period_ms = 3'000;
/// Far beyond every clock, so that times stay numbers.
inline constexpr std::uint64_t most_drand_rounds = std::uint64_t{1} << 36U;

/// The chain hash, computed from the parameters of the chain that are compiled in.
[[nodiscard]] Hash quicknet_hash_of_parameters();

/// When a round of quicknet is due. Requires: 1 <= round <= most_drand_rounds.
[[nodiscard]] Timestamp quicknet_time(std::uint64_t round);

/// A round as drand's relays give it.
struct DrandRound {
  std::uint64_t round = 0;
  std::array<std::uint8_t, 48> signature{};  ///< A compressed point of G1.
  Hash randomness{};                         ///< Stated, or made from the signature.
  bool states_randomness = false;
};

/// Reads `{"round","signature"}` with or without "randomness"; other fields are not asked.
/// Errors: `invalid_input` by field.
Result<DrandRound> parse_drand_round(const Json& json, const std::string& where);
[[nodiscard]] Json drand_round_json(const DrandRound& round);

/// What can be said of it without a pairing: round, form of the point, randomness = SHA-256 of the
/// signature, time. That the signature is the chain's stands in `unchecked`.
[[nodiscard]] RoundValue drand_value(const DrandRound& shown, const PublicRound& wanted);

}  // namespace muster::sampler
