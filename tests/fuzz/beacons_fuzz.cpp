// Public values as others report them: a pulse of NIST's beacon, a round of drand, or a file of
// both. What is read is written again to the same, is judged without a crash, and a pulse verifies
// only with the output value that its signature makes.

#include "ledger/base/check.hpp"
#include "sampler/beacon/beacons_file.hpp"

namespace {

using namespace muster;
using namespace muster::sampler;

void check_pulse(const Json& json) {
  const auto pulse = parse_nist_pulse(json, "pulse");
  if (!pulse) return;
  const auto again = parse_nist_pulse(nist_pulse_json(*pulse), "pulse");
  MUSTER_CHECK(again && signed_bytes(*again) == signed_bytes(*pulse));
}

void check_file(const Json& json) {
  const auto file = parse_beacons(json);
  if (!file) return;
  const auto again = parse_beacons(beacons_json(*file));
  MUSTER_CHECK(again && beacons_json(*again) == beacons_json(*file));
  std::vector<PublicRound> wanted = {{"ceremony", "", 0}};
  for (const auto& item : file->pulses) {
    wanted.push_back({"nist-v2", std::string(128, '0'),
                      static_cast<std::uint64_t>(item.pulse.time.ms / ms_per_minute)});
  }
  for (const auto& item : file->drand_rounds) {
    wanted.push_back({"drand-quicknet", std::string(quicknet_chain_hash), item.round});
  }
  const auto values = round_values(wanted, *file, CeremonyContext{{}, {}});
  MUSTER_CHECK(values.size() == wanted.size());
  // No certificate hashes to zeros, no ceremony has keys, and nobody checks drand.
  MUSTER_CHECK(!combined_beacon(values).verified && !known_since(values));
}

}  // namespace

int fuzz_beacons(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = parse_foreign_json(text);
  if (!json) return 0;
  check_pulse(*json);
  if (const auto round = parse_drand_round(*json, "round")) {
    (void)drand_value(*round, {"drand-quicknet", std::string(quicknet_chain_hash), round->round});
  }
  check_file(*json);
  return 0;
}
