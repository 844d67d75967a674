#pragma once

#include <cstdint>

#include "attestation/cose/sign1.hpp"
#include "attestation/device/entry.hpp"

namespace muster::attestation {

/// The profile that a head names.
inline constexpr std::string_view head_profile = "tag:muster-audit.org,2026:device-log-head/v1";
inline constexpr std::size_t min_nonce_bytes = 8;
inline constexpr std::size_t max_nonce_bytes = 64;

/// What a chip signs at a read-out: the newest entry, its clocks, and the reader's nonce. The
/// format is device_log.cddl.
struct Head {
  Bytes nonce{};
  Ueid ueid{};
  std::uint64_t epoch = 0;
  std::uint64_t counter = 0;
  Hash entry{};
  std::uint64_t clock_ms = 0;
  std::uint64_t powered_ms = 0;
  std::uint64_t boots = 0;
  std::uint64_t wrapped_from = 0;  ///< Entries [wrapped_from, wrapped_to) are no longer held.
  std::uint64_t wrapped_to = 0;
  Hash firmware{};
  std::uint32_t svn = 0;
  bool clock_safe = true;

  friend bool operator==(const Head&, const Head&) = default;
};

/// A head as presented: its claims, and the message that carries them (borrowed).
struct PresentedHead {
  Head head;
  Sign1 message;
};

/// The claims as CBOR.
[[nodiscard]] Bytes encoded_claims(const Head& head);

/// Takes a head apart without checking its signature.
/// Errors: `invalid_input`.
Result<PresentedHead> parsed_head(ByteView bytes);

/// `head` signed by the chip. Requires: a nonce of 8 to 64 bytes, a key in memory.
[[nodiscard]] Bytes signed_head(const Head& head, const crypto::Signer& device_key);

}  // namespace muster::attestation
