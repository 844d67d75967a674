#pragma once

#include <optional>

#include "attestation/allowance/allowance_envelope.hpp"
#include "attestation/device/entry.hpp"

namespace muster::attestation {

/// What the firmware of a metered chip keeps in memory that survives power cuts and does not go
/// back: the last number, what is left, what was spent in all. Loads what its issuer signed for
/// this chip, and counts down to zero.
class AllowanceMeter final {
 public:
  AllowanceMeter(const ChipId& chip, crypto::PublicKey issuer)
      : chip_(chip), issuer_(std::move(issuer)) {}

  /// Takes an allowance. What was left of the one before lapses.
  /// Errors: `refused`, with the code `lic.issuer` for anything that the issuer did not sign,
  /// `lic.device` for another chip's, `lic.replay` for a number that is not above the last, and
  /// `lic.expired` before its beginning and from its end on. Nothing is then changed.
  Result<void> load(std::string_view envelope_text, Timestamp now);

  /// The megacycles that may be spent at `now`: 0 without an allowance in force.
  [[nodiscard]] std::uint64_t available(Timestamp now) const;
  /// When the allowance in force ends, if one is.
  [[nodiscard]] std::optional<Timestamp> end() const;
  /// Counts down, to zero at the most. Requires: an allowance in force, unless megacycles is 0.
  void spend_up_to(std::uint64_t megacycles);
  /// From here on nothing is in force until the next load.
  void stop() { in_force_.reset(); }

  /// What an entry says now.
  [[nodiscard]] AllowanceBody reading(AllowanceEvent event) const;

 private:
  ChipId chip_;
  crypto::PublicKey issuer_;
  std::optional<Allowance> in_force_{};
  std::uint64_t number_ = 0;
  Hash statement_{};
  std::uint64_t remaining_ = 0;
  std::uint64_t spent_ = 0;
};

}  // namespace muster::attestation
