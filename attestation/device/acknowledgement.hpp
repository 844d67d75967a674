#pragma once

#include <vector>

#include "attestation/cose/sign1.hpp"
#include "attestation/device/entry.hpp"

namespace muster::attestation {

/// The profile that an acknowledgement names.
inline constexpr std::string_view acknowledgement_profile =
    "tag:muster-audit.org,2026:device-log-acknowledgement/v1";

/// What an acknowledger says: that it saw this entry of this chip, and when. A chip in acknowledged
/// mode does not resume after a snapshot before it has one. The format is device_log.cddl.
struct Acknowledgement {
  Ueid ueid{};
  std::uint64_t counter = 0;
  Hash entry{};
  std::uint64_t time_ms = 0;  ///< Unix milliseconds by the acknowledger's clock.

  friend bool operator==(const Acknowledgement&, const Acknowledgement&) = default;
};

/// By what an epoch names its acknowledger: SHA-256 of the bytes of the public key.
[[nodiscard]] Hash acknowledger_name(const crypto::PublicKey& key);

/// The claims as CBOR.
[[nodiscard]] Bytes encoded_claims(const Acknowledgement& acknowledgement);

/// Errors: those of the signer; none with a key in memory.
Result<Bytes> signed_acknowledgement(const Acknowledgement& acknowledgement,
                                     const crypto::Signer& key);

/// An acknowledgement as presented: its claims, and the message that carries them (borrowed).
struct PresentedAcknowledgement {
  Acknowledgement claims;
  Sign1 message;
  ByteView bytes;
};

/// Takes an acknowledgement apart without checking its signature.
/// Errors: `invalid_input`.
Result<PresentedAcknowledgement> parsed_acknowledgement(ByteView bytes);

/// Those of a CBOR sequence, sorted by counter. Items that are none are passed over and counted in
/// `unreadable`, which also counts a tail that is no item.
struct PresentedAcknowledgements {
  std::vector<PresentedAcknowledgement> items;
  std::uint64_t unreadable = 0;
};
[[nodiscard]] PresentedAcknowledgements acknowledgements_in(ByteView sequence);

}  // namespace muster::attestation
