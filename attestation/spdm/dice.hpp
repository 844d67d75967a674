#pragma once

#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation::spdm {

/// The extension in which a certificate says which firmware its key belongs to.
inline constexpr const char* dice_tcb_info = "2.23.133.5.4.1";

/// The firmware digests that the extension states, in order. Two forms are read: the TcbInfo of TCG
/// DICE (tagged fields, digests in field 6), and the older one that Hopper's certificates carry
/// (version, key of the device, one digest). README.md gives both.
/// Errors: `invalid_input` when it is neither, in DER.
Result<std::vector<Bytes>> dice_firmware_digests(ByteView extension);

}  // namespace muster::attestation::spdm
