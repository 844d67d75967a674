#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation::spdm {

/// One field of NVIDIA's opaque data.
struct OpaqueField {
  std::uint16_t id = 0;
  Bytes value;
};

/// Fields that Muster looks at. Source: NVIDIA nvtrust, local_gpu_verifier,
/// attestation/spdm_msrt_resp_msg.py (OPAQUE_DATA_TYPES).
namespace opaque_id {
inline constexpr std::uint16_t driver_version = 3;
inline constexpr std::uint16_t vbios_version = 6;
inline constexpr std::uint16_t measurement_counts = 12;
inline constexpr std::uint16_t firmware_id = 20;
}  // namespace opaque_id

/// The name of a field, or "unknown".
[[nodiscard]] std::string_view opaque_name(std::uint16_t id);

/// The fields: identifier and size of two bytes each, little-endian, then the value.
/// Errors: `invalid_input` when they do not fill the data exactly, or an identifier stands twice.
Result<std::vector<OpaqueField>> parse_opaque(ByteView data);

/// The value of field `id`, borrowed, or nothing.
[[nodiscard]] std::optional<ByteView> opaque_value(const std::vector<OpaqueField>& fields,
                                                   std::uint16_t id);

/// A version as people know it: the driver's text, or the VBIOS number as `96.00.74.00.00`.
/// Empty when the field is absent or of another form.
[[nodiscard]] std::string driver_version(const std::vector<OpaqueField>& fields);
[[nodiscard]] std::string vbios_version(const std::vector<OpaqueField>& fields);

/// The counter that the device keeps of each measurement, in order of index from 1.
/// Errors: `invalid_input` when the field is not a whole number of 4-byte counters.
Result<std::vector<std::uint32_t>> measurement_counts(const std::vector<OpaqueField>& fields);

}  // namespace muster::attestation::spdm
