// Honest worlds with noise: power cuts, drifting clocks, firmware updates, extra read-outs.

#include "tests/attestation/noisy_life.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

TEST_CASE("two thousand honest chips with noise: none contradicted, none queried") {
  constexpr std::uint64_t chips = 2000;
  const SyntheticRun run(run_spec("honest"));
  std::vector<Seat> seats;
  for (std::uint32_t i = 0; i < chips; ++i) seats.push_back({chip_number(i), i % 8});
  const DeclarationIndex index({{run.full_declaration(seats), true}});
  crypto::SeededRandom random("noise");
  std::uint64_t snapshots = 0;

  for (std::uint64_t i = 0; i < chips; ++i) {
    const NoisyLife noisy(i, random, run.memory(seats[i]));
    const Appraisal result = noisy.appraised(index);
    CAPTURE(codes(result));
    CAPTURE(appraisal_json(result).dump());
    CHECK(result.verdict == ChipVerdict::consistent);
    snapshots += result.coverage.snapshots;
  }

  CHECK(snapshots > chips * 5);
  CHECK(snapshots < chips * 12);
}
