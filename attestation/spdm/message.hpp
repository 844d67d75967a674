#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation::spdm {

inline constexpr std::size_t nonce_bytes = 32;
inline constexpr std::size_t signature_bytes = 96;  ///< ECDSA P-384: r and s.
inline constexpr std::size_t request_bytes = 37;
/// The most a report may have: a full record, a full opaque field and what stands around them.
inline constexpr std::size_t max_report_bytes =
    request_bytes + 8 + 0xFFFFFF + nonce_bytes + 2 + 0xFFFF + signature_bytes;

/// GET_MEASUREMENTS, as SPDM 1.1 sends it when it asks for a signature.
/// Source: DMTF DSP0274 1.1.1, section 10.11.1.
struct MeasurementsRequest {
  std::uint8_t attributes = 0;  ///< Param1; bit 0 asks for a signature.
  std::uint8_t operation = 0;   ///< Param2; 0xFF asks for all measurements.
  std::array<std::uint8_t, nonce_bytes> nonce{};
  std::uint8_t slot = 0;  ///< Which of the device's certificate chains signs.
};

/// One measurement in the DMTF form. Source: DSP0274 1.1.1, section 10.11.3.
struct Measurement {
  std::uint8_t index = 0;
  std::uint8_t type = 0;  ///< 0 ROM, 1 mutable firmware, 2 hardware and 3 firmware configuration …
  bool raw = false;       ///< The value itself, not its digest.
  Bytes value;
};

/// MEASUREMENTS, the device's answer.
struct MeasurementsResponse {
  std::uint8_t slot = 0;
  std::vector<Measurement> measurements;
  std::array<std::uint8_t, nonce_bytes> nonce{};  ///< The device's own.
  Bytes opaque;
  std::array<std::uint8_t, signature_bytes> signature{};
};

/// A signed exchange: request and response, one behind the other, as attestation tools store them.
struct Exchange {
  MeasurementsRequest request;
  MeasurementsResponse response;
  std::size_t signed_size = 0;  ///< The signature covers this many bytes from the beginning.
};

/// Takes a report of SPDM 1.1 apart, down to the last byte.
/// Errors: `invalid_input` naming the field and its offset.
Result<Exchange> parse_exchange(ByteView report);

}  // namespace muster::attestation::spdm
