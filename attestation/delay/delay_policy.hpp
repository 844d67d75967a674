#pragma once

#include <cstdint>
#include <string>

#include "ledger/base/json.hpp"
#include "ledger/crypto/delay.hpp"

namespace muster::attestation {

/// Under which modulus an inspectorate takes delay proofs, and how fast anybody may square.
struct DelayPolicy {
  std::string source;  ///< Who says so, and why nobody should know the factors; for people.
  crypto::DelayModulus modulus;
  std::uint64_t squarings_per_s = 0;  ///< The fastest that was measured anywhere.
  std::uint64_t factor = 1;           ///< How many times faster than that somebody may be.

  friend bool operator==(const DelayPolicy&, const DelayPolicy&) = default;
};

inline constexpr std::uint64_t max_squarings_per_s = 1'000'000'000'000;
inline constexpr std::uint64_t max_delay_factor = 1'000'000;

/// Reads `muster/delay-policy/v1`: {"v","source","modulus" (hex),"squarings_per_s","factor"}.
/// Errors: `invalid_input` naming the field.
Result<DelayPolicy> parse_delay_policy(const Json& json);

/// The document that `parse_delay_policy` reads.
[[nodiscard]] Json delay_policy_json(const DelayPolicy& policy);

/// Time in milliseconds that passed at the least while `squarings` were done one after the other:
/// squarings / (squarings_per_s * factor), rounded down. A lower bound of elapsed time while the
/// policy is right about the fastest rate, and nobody knows the factors of the modulus.
[[nodiscard]] std::uint64_t elapsed_at_least_ms(const DelayPolicy& policy, std::uint64_t squarings);

}  // namespace muster::attestation
