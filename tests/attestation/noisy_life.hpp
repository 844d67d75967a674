#pragma once

#include <utility>
#include <vector>

#include "ledger/crypto/seeded_random.hpp"
#include "tests/attestation/world.hpp"

namespace muster::attestation::test {

/// An honest chip with all that happens to one between day 0 and the inspection on day 104: power
/// cuts, a drifting clock, firmware updates, extra read-outs. Every read-out's head goes into the
/// ledger, as honest Provers do.
struct NoisyLife {
  /// Lives on `memory` until `until`, and then rests until it is read out. `off_after` is a chip
  /// that has failed: it is switched off then, and on again for the inspector.
  NoisyLife(std::uint64_t number, crypto::SeededRandom& random, const MemoryAt& memory,
            Timestamp until = day(100), bool off_after = false)
      : life(number, drifting(random)) {
    for (std::int64_t now = 0; day(now) < until;
         now += 5 + static_cast<std::int64_t>(random.below(20))) {
      const Timestamp at{day(now).ms + static_cast<std::int64_t>(random.below(ms_per_day))};
      if (at >= until) break;
      if (at > life.chip.now()) life.chip.run(at, memory);
      disturb(random, until);
    }
    if (life.chip.now() < until) life.chip.run(until, memory);
    if (off_after) leave();
    if (life.chip.now() < day(101)) life.chip.run(day(101), idle_memory);
    life.frozen = life.chip.read_out(nonce_of("freeze"));
    life.inspect();
  }

  static ChipProfile drifting(crypto::SeededRandom& random) {
    ChipProfile profile = emulated_profile(rate("0.1"));
    profile.drift_ppm = static_cast<std::int64_t>(random.below(41)) - 20;
    return profile;
  }

  void disturb(crypto::SeededRandom& random, Timestamp until) {
    const Timestamp now = life.chip.now();
    switch (random.below(4)) {
      case 0: {
        const auto cut_ms = 1 + static_cast<std::int64_t>(random.below(2 * ms_per_day));
        life.chip.power_off(std::min(Timestamp{now.ms + cut_ms}, until));
        break;
      }
      case 1:
        life.chip.update_firmware(
            *reference.firmware.insert(crypto::sha256(u64be(random.next_u64()))).first, 1);
        heads.push_back({life.chip.sealed_head(nonce_of("update")), now});
        break;
      case 2:
        heads.push_back({life.chip.read_out(nonce_of("own")).head, now});
        break;
      default:
        break;
    }
  }

  /// Read once more, and off until the freeze.
  void leave() {
    heads.push_back({life.chip.read_out(nonce_of("exit")).head, life.chip.now()});
    life.chip.power_off(day(101));
  }

  [[nodiscard]] Appraisal appraised(const DeclarationIndex& index) const {
    Subject subject = life.subject(&index);
    subject.reference = &reference;
    for (const auto& [bytes, at] : heads) subject.ledgered_heads.push_back({bytes, at});
    return appraise(subject);
  }

  Life life;
  DeviceReference reference = emulated_reference();
  std::vector<std::pair<Bytes, Timestamp>> heads;
};

}  // namespace muster::attestation::test
