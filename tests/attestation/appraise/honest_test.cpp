// Honest worlds with noise: power cuts, drifting clocks, firmware updates, extra read-outs.

#include <iostream>

#include "ledger/crypto/seeded_random.hpp"
#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

constexpr std::uint64_t chips = 2000;

// One chip's noisy life. Every read-out's head goes into the ledger, as honest Provers do.
struct NoisyLife {
  NoisyLife(std::uint64_t number, crypto::SeededRandom& random, const SyntheticRun& run)
      : life(number, drifting(random)) {
    const MemoryAt training = run.memory({life.chip.chip(), number_of(number)});
    for (std::int64_t now = 0; now < 100; now += 5 + static_cast<std::int64_t>(random.below(20))) {
      const Timestamp at{day(now).ms + static_cast<std::int64_t>(random.below(ms_per_day))};
      if (at > life.chip.now()) life.chip.run(at, training);
      disturb(random);
    }
    if (life.chip.now() < day(100)) life.chip.run(day(100), training);
    if (life.chip.now() < day(101)) life.chip.run(day(101), idle_memory);
    life.frozen = life.chip.read_out(nonce_of("freeze"));
    life.inspect();
  }

  static std::uint32_t number_of(std::uint64_t number) {
    return static_cast<std::uint32_t>(number % 8);
  }

  static ChipProfile drifting(crypto::SeededRandom& random) {
    ChipProfile profile = emulated_profile(rate("0.1"));
    profile.drift_ppm = static_cast<std::int64_t>(random.below(41)) - 20;
    return profile;
  }

  void disturb(crypto::SeededRandom& random) {
    const Timestamp now = life.chip.now();
    switch (random.below(4)) {
      case 0:
        life.chip.power_off(
            Timestamp{now.ms + 1 + static_cast<std::int64_t>(random.below(2 * ms_per_day))});
        break;
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

}  // namespace

TEST_CASE("two thousand honest chips with noise: none contradicted, none queried") {
  const SyntheticRun run(run_spec("honest"));
  crypto::SeededRandom random("noise");
  std::vector<NoisyLife> lives;
  lives.reserve(chips);
  for (std::uint64_t i = 0; i < chips; ++i) lives.emplace_back(i, random, run);
  std::vector<Seat> seats;
  for (const NoisyLife& each : lives) {
    const std::uint64_t number = each.life.chip.chip().parts().ordinal;
    seats.push_back({each.life.chip.chip(), NoisyLife::number_of(number)});
  }
  const DeclarationIndex index({{run.full_declaration(seats), true}});

  std::uint64_t snapshots = 0;
  for (const NoisyLife& each : lives) {
    const Appraisal result = each.appraised(index);
    CAPTURE(codes(result));
    CAPTURE(appraisal_json(result).dump());
    CHECK(result.verdict == ChipVerdict::consistent);
    snapshots += result.coverage.snapshots;
  }

  CHECK(snapshots > chips * 5);
  CHECK(snapshots < chips * 12);
}
