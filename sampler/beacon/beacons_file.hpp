#pragma once

#include <string_view>
#include <vector>

#include "sampler/beacon/ceremony.hpp"
#include "sampler/beacon/drand_round.hpp"
#include "sampler/beacon/ledger_ceremony.hpp"
#include "sampler/beacon/nist_pulse.hpp"

namespace muster::sampler {

/// The values of several public sources with their evidence: one file (`muster/beacons/v1`).
struct BeaconsFile {
  std::vector<NistEvidence> pulses;
  std::vector<DrandRound> drand_rounds;
  std::vector<CeremonyTranscript> ceremonies;
};

/// Whether `json` says that it is such a file.
[[nodiscard]] bool is_beacons_file(const Json& json);

/// Errors: `invalid_input` by field. What can be read and is wrong is for `round_values`.
Result<BeaconsFile> parse_beacons(const Json& json);
[[nodiscard]] Json beacons_json(const BeaconsFile& file);

/// What a ceremony must be of.
struct CeremonyContext {
  Hash plan;                       ///< Hash of the plan's document.
  std::vector<CeremonyKeys> keys;  ///< Any pair of these may have signed a transcript.
  /// The ceremony in the ledger, if one was begun: no transcript takes its place.
  const LedgerCeremony* in_ledger = nullptr;
};

/// The value of each round that a plan wants, in its order. What the file and the ledger lack has
/// no value and a fault that says so.
[[nodiscard]] std::vector<RoundValue> round_values(const std::vector<PublicRound>& wanted,
                                                   const BeaconsFile& file,
                                                   const CeremonyContext& ceremony);

}  // namespace muster::sampler
