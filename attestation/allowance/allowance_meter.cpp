#include "attestation/allowance/allowance_meter.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::attestation {

Result<void> AllowanceMeter::load(std::string_view envelope_text, Timestamp now) {
  auto handed = read_allowance(envelope_text, std::span(&issuer_, 1));
  if (!handed) return refusal("lic.issuer", handed.error().message);
  if (!handed->known.by_issuer) {
    return refusal("lic.issuer", "allowance: no signature of the issuer whose key the chip has");
  }
  const Allowance& terms = handed->known.terms;
  if (terms.chip != chip_) {
    return refusal("lic.device", "allowance: got one of chip " + terms.chip.to_string() +
                                     ", want one of " + chip_.to_string());
  }
  if (terms.number <= number_) {
    return refusal("lic.replay", "allowance: got number " + std::to_string(terms.number) +
                                     ", want one above " + std::to_string(number_));
  }
  if (now < terms.not_before || now >= terms.not_after) {
    return refusal("lic.expired", "allowance: got one of [" + terms.not_before.to_string() + ", " +
                                      terms.not_after.to_string() + "), and it is " +
                                      now.to_string());
  }
  number_ = terms.number;
  statement_ = handed->statement;
  remaining_ = terms.megacycles;
  in_force_ = terms;
  return {};
}

std::uint64_t AllowanceMeter::available(Timestamp now) const {
  const bool is_valid = in_force_ && now >= in_force_->not_before && now < in_force_->not_after;
  return is_valid ? remaining_ : 0;
}

std::optional<Timestamp> AllowanceMeter::end() const {
  return in_force_ ? std::optional(in_force_->not_after) : std::nullopt;
}

void AllowanceMeter::spend_up_to(std::uint64_t megacycles) {
  MUSTER_CHECK(in_force_ || megacycles == 0);
  const std::uint64_t taken = std::min(megacycles, remaining_);
  MUSTER_CHECK(spent_ + taken < max_log_number);
  remaining_ -= taken;
  spent_ += taken;
}

AllowanceBody AllowanceMeter::reading(AllowanceEvent event) const {
  return {event, number_, statement_, remaining_, spent_};
}

}  // namespace muster::attestation
