#include "attestation/allowance/metered_chip.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::attestation {

Result<void> MeteredChip::load(std::string_view envelope_text) {
  MUSTER_TRY(meter_.load(envelope_text, chip_->now()));
  chip_->record(meter_.reading(AllowanceEvent::loaded));
  return {};
}

std::int64_t MeteredChip::work(Timestamp to, const MemoryAt& memory) {
  const Timestamp from = chip_->now();
  MUSTER_CHECK(to >= from);
  const std::uint64_t available = meter_.available(from);
  const auto enough_for = static_cast<__uint128_t>(available) * 1000 / rate_;
  const auto wanted = static_cast<std::uint64_t>(to.ms - from.ms);
  const std::uint64_t affordable =
      enough_for < wanted ? static_cast<std::uint64_t>(enough_for) : wanted;
  Timestamp stop{from.ms + static_cast<std::int64_t>(affordable)};
  const auto end = meter_.end();
  const bool expires = available > 0 && end && *end <= stop;
  if (expires) stop = *end;
  chip_->run(stop, memory);
  const auto worked = static_cast<std::uint64_t>(stop.ms - from.ms);
  const auto cycles = (static_cast<__uint128_t>(worked) * rate_ + 999) / 1000;
  // What does not last for a millisecond is gone with the last one.
  const bool is_spent = available > 0 && !expires && affordable < wanted;
  meter_.spend_up_to(is_spent ? available : static_cast<std::uint64_t>(cycles));
  if (expires || is_spent) meter_.stop();
  if (available > 0) {
    chip_->record(meter_.reading(expires    ? AllowanceEvent::expired
                                 : is_spent ? AllowanceEvent::spent
                                            : AllowanceEvent::reading));
  }
  chip_->run(to, idle_memory);
  return stop.ms - from.ms;
}

ReadOut MeteredChip::read_out(ByteView nonce) {
  chip_->record(meter_.reading(AllowanceEvent::reading));
  return chip_->read_out(nonce);
}

}  // namespace muster::attestation
