#pragma once

#include "attestation/allowance/allowance_meter.hpp"
#include "attestation/device/emulated_chip.hpp"

namespace muster::attestation {

/// How an emulated chip's meter counts.
struct MeterProfile {
  crypto::PublicKey issuer;               ///< Whose allowances the firmware takes.
  std::uint64_t megacycles_per_s = 1980;  ///< While it works: 1.98 GHz. At least 1.
};

/// An emulated chip whose firmware lets it work only as far as its allowance goes, and logs what it
/// has left. Borrows the chip, which others may run idle, cut off and read as they do any other.
class MeteredChip final {
 public:
  /// Requires: a chip that outlives this.
  MeteredChip(EmulatedChip& chip, const MeterProfile& profile)
      : chip_(&chip), rate_(profile.megacycles_per_s), meter_(chip.chip(), profile.issuer) {}

  /// Takes an allowance, and logs that. Errors: those of `AllowanceMeter::load`; nothing is logged.
  Result<void> load(std::string_view envelope_text);

  /// Works until `to` as far as the allowance goes, and stands still for the rest with its memory
  /// empty. Logs what is left at the end of the work. Returns how long it worked.
  /// Requires: `to` not before the chip's now.
  std::int64_t work(Timestamp to, const MemoryAt& memory);

  /// Logs what is left and reads the chip out. Requires: a nonce of 8 to 64 bytes.
  ReadOut read_out(ByteView nonce);

  [[nodiscard]] const AllowanceMeter& meter() const { return meter_; }

 private:
  EmulatedChip* chip_;
  std::uint64_t rate_;
  AllowanceMeter meter_;
};

}  // namespace muster::attestation
