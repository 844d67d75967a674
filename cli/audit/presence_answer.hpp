#pragma once

#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/public_key.hpp"

namespace muster::cli {

/// What an inspector carries away from a chip of which no log is read: what shows that it is there.
/// Whoever wrote it may be an adversary.
struct PresenceAnswer {
  ChipId chip;            ///< Whose answer it says that it is.
  crypto::PublicKey key;  ///< The device's; the register holds its SHA-256.
  Bytes signature;        ///< Over `presence_message`.
  std::string serial{};   ///< What stands on the package, as it was read; empty: not read.
};

/// The document `muster/presence/v1`: canonical JSON of {"v","chip","device_key","signature",
/// "serial"}, the signature in hex, the serial number null where it was not read.
[[nodiscard]] std::string presence_answer_text(const PresenceAnswer& answer);

/// Reads what `presence_answer_text` writes. Takes any bytes. Errors: `invalid_input` by field.
Result<PresenceAnswer> parse_presence_answer(ByteView bytes);

}  // namespace muster::cli
