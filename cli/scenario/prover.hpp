#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "attestation/replay/emulated_fleet.hpp"
#include "cli/scenario/audit_terms.hpp"
#include "cli/scenario/tactic.hpp"
#include "ledger/crypto/seeded_random.hpp"

namespace muster::cli::scenario {

/// What is the matter with one chip in one play.
struct ChipPart {
  const Tactic* tactic = nullptr;  ///< none: honest
  attestation::Mishap mishap = attestation::Mishap::none;
  bool broken = false;     ///< on the day of the visit
  bool late_head = false;  ///< its head of the freeze was not filed
};

/// One for each chip, by place.
using Parts = std::vector<ChipPart>;

/// Honest parts with the noise of the scenario, drawn from `random`.
[[nodiscard]] Parts noisy_parts(const ScenarioFile& scenario, crypto::SeededRandom& random);

/// The Prover of a world of emulated chips: a declared run that was trained, a hidden one, and the
/// lives of all chips under every evasion that is to be played. Read by many threads.
///
/// Above `most_emulated_chips` a life is made when its chip is drawn or put to evade, and of all
/// others only what they filed is kept; a chip then has one mishap in all audits, or none.
class Prover final {
 public:
  /// Requires: no more than `most_whole_chips`.
  /// Cost: about a millisecond for each chip and evasion; for each chip alone in large worlds.
  Prover(ScenarioFile scenario, const std::set<attestation::Evasion>& evasions);
  Prover(const Prover&) = delete;
  Prover& operator=(const Prover&) = delete;
  ~Prover();

  [[nodiscard]] const ScenarioFile& scenario() const { return scenario_; }
  [[nodiscard]] const sampler::Frame& frame() const { return frame_; }
  /// Requires: a chip of the frame.
  [[nodiscard]] std::size_t place_of(const std::string& chip) const { return places_.at(chip); }

  /// What befalls the chip in every audit, where that is settled: in large worlds.
  [[nodiscard]] std::optional<attestation::Mishap> settled_mishap(std::size_t place) const;

  /// What the inspector knows before the first audit: the frame and its key, enrolled device keys,
  /// the declarations of a Prover who has no other story.
  [[nodiscard]] Json opening() const;
  /// What is filed before the draw: heads, and declarations where they are others; else null.
  [[nodiscard]] Json filings(const Parts& parts) const;
  /// What is filed after it; an empty array when nothing is.
  [[nodiscard]] Json late_filings(const Parts& parts) const;
  /// What one drawn chip's owner presents. Requires: a challenge of the inspector.
  [[nodiscard]] Json evidence(const Json& challenge, const Parts& parts) const;

 private:
  struct Trainings;
  using Life = std::pair<attestation::Evasion, attestation::Mishap>;
  [[nodiscard]] bool is_large() const { return chips_.size() > most_emulated_chips; }
  [[nodiscard]] Life life_of(std::size_t place, const ChipPart& part) const;
  [[nodiscard]] attestation::StandingFleet made(std::size_t place, const Life& life) const;
  [[nodiscard]] const attestation::SyntheticRun& shown_run() const;
  [[nodiscard]] attestation::Seat seat_of(std::size_t place) const;
  [[nodiscard]] Json heads_of(std::size_t place, const ChipPart& part) const;
  [[nodiscard]] Json declarations(const Parts& parts) const;
  void add_fleet(attestation::Evasion evasion, attestation::Mishap mishap);
  void settle_chips();

  ScenarioFile scenario_;
  sampler::Frame frame_;
  std::vector<ChipId> chips_;
  std::map<std::string, std::size_t> places_;
  std::unique_ptr<Trainings> trainings_;
  /// Of all chips, or, in large worlds, of the first ones: its runs are everybody's.
  std::map<Life, attestation::StandingFleet> fleets_;
  Json declared_;  // files of the honest declaration
  // In large worlds, by place:
  Parts settled_;                         // honest ones
  std::vector<std::string> device_keys_;  // in hex
  Json honest_heads_;
};

}  // namespace muster::cli::scenario
