// The simulated Prover of the audits. It places a hidden run on k chips anew for every audit, and
// answers the drawn lines with real log bytes of emulated chips.

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/simulation/channel.hpp"
#include "tests/simulation/fixture.hpp"
#include "tests/simulation/sides.hpp"

namespace muster::test {
namespace {

using attestation::EmulatedChip;

constexpr std::uint32_t chunks = 4;
constexpr std::uint32_t shards = 4;

attestation::SyntheticRun run_of(const char* name) {
  attestation::SyntheticRunSpec spec{.run = RunId::parse(name).value(),
                                     .seed = crypto::sha256(std::string_view(name)),
                                     .window = audit_window()};
  spec.window = {installation_time(), Timestamp{reading_time().ms + ms_per_day}};
  spec.shards = shards;
  spec.weight_chunks = 3;
  spec.scratch_chunks = 1;
  spec.scratch_budget = 1;
  spec.chunk_bytes = 1'073'741'824;
  spec.step_ms = ms_per_day;
  spec.parameters = "1000000000";
  return attestation::SyntheticRun(spec);
}

/// One chip twice over: as it is when it is honest, and when it serves the hidden run.
struct TwoLives {
  EmulatedChip honest;
  EmulatedChip hidden;
  Bytes honest_freeze;
  Bytes hidden_freeze;
  Bytes first;
};

class Prover final {
 public:
  Prover() : declared_(run_of("declared")), hidden_(run_of("hidden")) {
    const auto frame = frozen_frame();
    for (std::size_t i = 0; i < frame.lines.size(); ++i) {
      const ChipId chip = ChipId::parse(frame.lines[i].chip).value();
      seats_.push_back({chip, static_cast<std::uint32_t>(i % shards)});
      lives_.emplace(frame.lines[i].chip, lives_of(seats_.back()));
      names_.push_back(frame.lines[i].chip);
    }
  }

  /// What is filed before the draw of an audit in which `hiding` chips serve the hidden run.
  [[nodiscard]] Json filings(const std::vector<bool>& hiding) const {
    Json chips = Json::array();
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const TwoLives& life = lives_.at(names_[i]);
      chips.push_back(
          {{"chip", names_[i]},
           {"device_key", to_hex(life.honest.device_key().bytes())},
           {"first_head", to_hex(life.first)},
           {"freeze_head", to_hex(hiding[i] ? life.hidden_freeze : life.honest_freeze)}});
    }
    const auto files = attestation::encoded_declaration(declared_.full_declaration(seats_));
    return {{"chips", chips},
            {"declaration",
             {{"metadata", files.metadata},
              {"assignments", files.assignments},
              {"steps", files.steps}}}};
  }

  [[nodiscard]] Json answers(const Json& challenges, const std::vector<bool>& hiding) const {
    Json evidence = Json::array();
    for (const Json& challenge : challenges) {
      const auto name = challenge.at("chip").get<std::string>();
      const TwoLives& life = lives_.at(name);
      const bool hides = hiding[position(name)];
      EmulatedChip chip = hides ? life.hidden : life.honest;
      const auto read_out =
          chip.read_out(bytes_from_hex(challenge.at("nonce").get<std::string>()).value());
      evidence.push_back({{"head", to_hex(read_out.head)},
                          {"log", to_hex(read_out.log)},
                          {"openings", to_hex(read_out.openings)}});
    }
    return {{"evidence", evidence}};
  }

 private:
  TwoLives lives_of(const attestation::Seat& seat) const {
    auto profile =
        attestation::emulated_profile(attestation::SnapshotRate::parse(snapshots_per_day).value());
    profile.chunks = chunks;
    profile.chunk_bytes = 1'073'741'824;
    const Hash seed = attestation::emulated_chip_seed(crypto::sha256("simulation"), seat.chip);
    const EmulatedChip fresh(seat.chip, seed, profile, installation_time());
    TwoLives lives{fresh, fresh, {}, {}, fresh.sealed_head(as_bytes("installed"))};
    lives.honest.run(audit_window().to, declared_.memory(seat));
    lives.hidden.run(audit_window().to, hidden_.memory(seat));
    lives.honest_freeze = lives.honest.sealed_head(as_bytes("frozen at"));
    lives.hidden_freeze = lives.hidden.sealed_head(as_bytes("frozen at"));
    lives.honest.run(reading_time(), declared_.memory(seat));
    lives.hidden.run(reading_time(), declared_.memory(seat));
    return lives;
  }

  [[nodiscard]] std::size_t position(const std::string& name) const {
    return static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
  }

  attestation::SyntheticRun declared_;
  attestation::SyntheticRun hidden_;
  std::vector<attestation::Seat> seats_;
  std::vector<std::string> names_;
  std::map<std::string, TwoLives> lives_;
};

std::vector<bool> placement(crypto::SeededRandom& random, bool honest) {
  std::vector<bool> hiding(fleet_chips, false);
  for (std::uint64_t placed = 0; !honest && placed < hidden_chips;) {
    const auto chip = static_cast<std::size_t>(random.below(fleet_chips));
    placed += hiding[chip] ? 0U : 1U;
    hiding[chip] = true;
  }
  return hiding;
}

Json ceremony(const Hash& plan, crypto::SeededRandom& random) {
  using sampler::CeremonyRole;
  sampler::CeremonyTranscript transcript{plan, {}, {}};
  random.fill(transcript.prover.nonce);
  random.fill(transcript.verifier.nonce);
  transcript.prover.commit =
      sampler::signed_commit(CeremonyRole::prover, plan, transcript.prover.nonce, prover_signer());
  transcript.verifier.commit = sampler::signed_commit(CeremonyRole::verifier, plan,
                                                      transcript.verifier.nonce, verifier_signer());
  sampler::sign_transcript(transcript, CeremonyRole::prover, prover_signer());
  sampler::sign_transcript(transcript, CeremonyRole::verifier, verifier_signer());
  return sampler::ceremony_json(transcript);
}

/// Lower end of the 99 % interval of a share (Wilson score).
double lower_bound(unsigned hits, unsigned plays) {
  constexpr double z = 2.3263478740408408;
  const double n = plays;
  const double p = hits / n;
  const double centre = p + z * z / (2 * n);
  const double spread = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return (centre - spread) / (1 + z * z / n);
}

}  // namespace

Timestamp installation_time() { return Timestamp{audit_window().from.ms - 5 * ms_per_day}; }

int world_main(const Game& game) {
  // One placement a process: what was filed before the draw may not change afterwards. Every audit
  // has its own draw, and the placements of all processes are different.
  constexpr unsigned audits_per_placement = 50;
  crypto::SeededRandom random(game.honest ? "muster/simulation/honest"
                                          : "muster/simulation/hidden");
  const Prover prover;
  unsigned findings = 0;
  double promise = 0;
  for (unsigned done = 0; done < game.audits;) {
    Channel auditor = start_other_side(game.program, "auditor");
    const Json plan = auditor.receive();
    MUSTER_CHECK(!plan.is_null());
    promise = std::strtod(plan.at("promise").get<std::string>().c_str(), nullptr);
    const Hash plan_hash = Hash::from_hex(plan.at("plan_hash").get<std::string>()).value();
    const auto hiding = placement(random, game.honest);
    auditor.send(prover.filings(hiding));
    for (unsigned i = 0; i < audits_per_placement && done < game.audits; ++i, ++done) {
      auditor.send({{"ceremony", ceremony(plan_hash, random)}});
      auditor.send(prover.answers(auditor.receive().at("challenges"), hiding));
      findings += auditor.receive().at("verdict") == "finding" ? 1U : 0U;
    }
  }
  const double lower = lower_bound(findings, game.audits);
  std::printf("%s: %u of %u audits ended in a finding (lower bound %.4f); promised %.4f\n",
              game.honest ? "honest" : "hidden run", findings, game.audits, lower, promise);
  const bool holds = game.honest ? findings == 0 : lower >= promise - 0.03;
  std::printf("%d passed, %d failed\n", holds ? 1 : 0, holds ? 0 : 1);
  return holds ? 0 : 1;
}

}  // namespace muster::test
