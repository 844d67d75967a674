#include "cli/scenario/prover.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "attestation/replay/trainer.hpp"
#include "cli/scenario/small_run.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::scenario {

using attestation::Declaration;
using attestation::Evasion;
using attestation::Mishap;
using attestation::Seat;

namespace {

// So that every shard of a state of 44 KB has something in it: a chip on an empty one would hold
// nothing of either run.
constexpr std::uint32_t most_shards = 4;
constexpr std::uint64_t chunk_bytes = 2048;

/// A model of some three thousand numbers: real training, and soon done.
attestation::TrainingSpec training_spec(const ScenarioFile& scenario, std::string_view label) {
  attestation::TrainingSpec spec;
  spec.context = 8;
  spec.width = 4;
  spec.hidden = 8;
  spec.batch = 4;
  spec.steps = 60;
  spec.checkpoint_every = 20;
  spec.random = scenario_secret(scenario, label);
  return spec;
}

attestation::TrainedWeights trained(const ScenarioFile& scenario, std::string_view label,
                                    const attestation::TrainingText& text) {
  const auto spec = training_spec(scenario, label);
  const auto shards =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(most_shards, scenario.announced.chips()));
  attestation::TrainedWeights weights(attestation::TranscriptCommitment{
      spec, text.bytes().size(), attestation::text_root(text), shards, chunk_bytes, {}});
  const attestation::Trainer trainer(spec, text);
  attestation::TrainingState state = trainer.initial();
  weights.add(state);
  while (state.step < spec.steps) {
    trainer.advance(state);
    weights.add(state);
  }
  return weights;
}

attestation::FleetSpec fleet_spec(const ScenarioFile& scenario) {
  const Announced& announced = scenario.announced;
  return {.run = RunId::parse("R-" + announced.prover.text()).value(),
          .world = scenario_secret(scenario, "world"),
          .window = announced.window(),
          .rate = attestation::SnapshotRate::parse(announced.snapshots_per_day).value(),
          .nonce = to_bytes(scenario_secret(scenario, "filed heads").view()),
          .head_every_ms = static_cast<std::int64_t>(announced.heads_every_days) * ms_per_day};
}

bool tells(const ChipPart& part, Story story) {
  return part.tactic != nullptr && part.tactic->story == story;
}

Json files_json(const Declaration& declaration) {
  const auto files = attestation::encoded_declaration(declaration);
  return {{"metadata", files.metadata}, {"assignments", files.assignments}, {"steps", files.steps}};
}

/// Heads as they are filed, without that of the freeze where it came too late.
Json heads_json(const std::vector<std::pair<Bytes, Timestamp>>& ledgered, bool without_last) {
  Json own = Json::array();
  for (std::size_t i = 0; i < ledgered.size(); ++i) {
    if (without_last && i + 1 == ledgered.size()) break;
    own.push_back({{"head", to_hex(ledgered[i].first)}, {"at", ledgered[i].second.ms}});
  }
  return own;
}

/// `honest` retold: its chips idle.
Declaration idle_story(Declaration honest) {
  honest.metadata.run = RunId::parse("R-idle").value();
  honest.metadata.use = attestation::RunUse::idle;
  honest.metadata.parameters = "0";
  honest.metadata.flop = "0";
  honest.metadata.scratch_bytes_per_chip = 0;
  honest.steps.clear();
  return honest;
}

/// `honest` retold: its chips serve the weights of the beginning.
Declaration inference_story(Declaration honest) {
  honest.metadata.run = RunId::parse("R-serving").value();
  honest.metadata.use = attestation::RunUse::inference;
  const std::uint64_t first = honest.steps.front().step;
  std::erase_if(honest.steps,
                [&](const attestation::StepCommitment& item) { return item.step != first; });
  for (auto& item : honest.steps) item.valid = honest.metadata.window;
  return honest;
}

/// `honest` retold: nothing is said of the chips of `seats` in the middle third of the run.
Declaration partial_story(Declaration honest, const std::vector<Seat>& seats) {
  const Window window = honest.metadata.window;
  const std::int64_t third = window.length_ms() / 3;
  std::vector<attestation::Assignment> items;
  for (const attestation::Assignment& item : honest.assignments) {
    if (std::ranges::find(seats, item.chip, &Seat::chip) == seats.end()) {
      items.push_back(item);
      continue;
    }
    items.push_back(item);
    items.back().held.to = Timestamp{window.from.ms + third};
    items.push_back(item);
    items.back().held.from = Timestamp{window.to.ms - third};
  }
  honest.assignments = std::move(items);
  return honest;
}

/// The chance that something that comes `a_year` times a year comes in the window.
double chance_in_window(const stats::Decimal& a_year, const Announced& announced) {
  const double years = static_cast<double>(announced.window_days) / 365;
  return -std::expm1(-a_year.to_double() * years);
}

bool happens(crypto::SeededRandom& random, double chance) {
  constexpr double two_to_53 = 9007199254740992.0;
  return static_cast<double>(random.next_u64() >> 11U) < chance * two_to_53;
}

}  // namespace

Parts noisy_parts(const ScenarioFile& scenario, crypto::SeededRandom& random) {
  const Noise& noise = scenario.noise;
  const Announced& announced = scenario.announced;
  const double broken = noise.failures_a_year.to_double() * noise.repair_days.to_double() / 365;
  const std::array chances{
      std::pair{Mishap::power_cut, chance_in_window(noise.power_cuts_a_year, announced)},
      std::pair{Mishap::firmware_update, chance_in_window(noise.updates_a_year, announced)},
      std::pair{Mishap::read_out, chance_in_window(noise.owner_reads_a_year, announced)},
      std::pair{Mishap::drift, noise.drifting.to_double()}};
  Parts parts(announced.chips());
  for (ChipPart& part : parts) {
    part.broken = happens(random, broken);
    part.late_head = happens(random, noise.late_heads.to_double());
    // A chip has one mishap at most: the first that comes to it.
    for (const auto& [mishap, chance] : chances) {
      if (happens(random, chance) && part.mishap == Mishap::none) part.mishap = mishap;
    }
  }
  return parts;
}

struct Prover::Trainings {
  explicit Trainings(const ScenarioFile& scenario)
      : text(synthetic_text(scenario_secret(scenario, "text"))),
        shown(trained(scenario, "the declared run", text)),
        hidden(trained(scenario, "the hidden run", text)) {}

  attestation::TrainingText text;
  attestation::TrainedWeights shown;
  attestation::TrainedWeights hidden;
};

Prover::Prover(ScenarioFile scenario, const std::set<Evasion>& evasions)
    : scenario_(std::move(scenario)),
      frame_(frozen_frame(scenario_)),
      trainings_(std::make_unique<Trainings>(scenario_)) {
  MUSTER_CHECK(frame_.lines.size() <= most_whole_chips);
  for (const auto& line : frame_.lines) {
    places_.emplace(line.chip, chips_.size());
    chips_.push_back(ChipId::parse(line.chip).value());
  }
  if (is_large()) {
    add_fleet(Evasion::none, Mishap::none);
    settle_chips();
  } else {
    for (std::size_t mishap = 0; mishap < attestation::mishap_count; ++mishap) {
      add_fleet(Evasion::none, static_cast<Mishap>(mishap));
    }
    for (const Evasion evasion : evasions) {
      if (evasion != Evasion::none) add_fleet(evasion, Mishap::none);
    }
  }
  std::vector<Seat> seats;
  for (std::size_t place = 0; place < chips_.size(); ++place) seats.push_back(seat_of(place));
  declared_ = files_json(shown_run().full_declaration(seats));
}

Prover::~Prover() = default;

const attestation::SyntheticRun& Prover::shown_run() const {
  return fleets_.at({Evasion::none, Mishap::none}).declared();
}

Seat Prover::seat_of(std::size_t place) const {
  const std::uint32_t shards = trainings_->shown.run().layout.shards;
  return {chips_[place], static_cast<std::uint32_t>(place % shards)};
}

void Prover::add_fleet(Evasion evasion, Mishap mishap) {
  attestation::FleetSpec spec = fleet_spec(scenario_);
  const std::size_t count = is_large() ? trainings_->shown.run().layout.shards : chips_.size();
  std::map<std::uint32_t, Evasion> evasions;
  for (std::uint32_t place = 0; place < count; ++place) {
    if (mishap != Mishap::none) spec.mishaps.emplace(place, mishap);
    if (evasion != Evasion::none) evasions.emplace(place, evasion);
  }
  fleets_.emplace(Life{evasion, mishap},
                  attestation::StandingFleet(std::move(spec), std::span(chips_).first(count),
                                             trainings_->shown, trainings_->hidden, evasions));
}

/// The chip, and the one beside it, for evasions that show the latter.
attestation::StandingFleet Prover::made(std::size_t place, const Life& life) const {
  attestation::FleetSpec spec = fleet_spec(scenario_);
  spec.first_place = static_cast<std::uint32_t>(place);
  if (life.second != Mishap::none) spec.mishaps.emplace(0, life.second);
  std::vector<ChipId> chips{chips_[place]};
  if (life.first != Evasion::none) chips.push_back(chips_[(place + 1) % chips_.size()]);
  return {std::move(spec), chips, trainings_->shown, trainings_->hidden, {{0, life.first}}};
}

/// What befalls each chip, and what it filed and is enrolled with. Its life is not kept.
void Prover::settle_chips() {
  crypto::SeededRandom random(scenario_secret(scenario_, "what befalls chips"));
  settled_ = noisy_parts(scenario_, random);
  honest_heads_ = Json::array();
  for (std::size_t place = 0; place < chips_.size(); ++place) {
    settled_[place].broken = settled_[place].late_head = false;  // by audit
    const auto fleet = made(place, life_of(place, settled_[place]));
    const attestation::FleetChip& chip = fleet.chips()[0];
    device_keys_.push_back(to_hex(chip.device_key->bytes()));
    honest_heads_.push_back(heads_json(chip.ledgered, false));
  }
}

std::optional<Mishap> Prover::settled_mishap(std::size_t place) const {
  if (!is_large()) return std::nullopt;
  return settled_[place].mishap;
}

Prover::Life Prover::life_of(std::size_t place, const ChipPart& part) const {
  if (part.tactic != nullptr) return {part.tactic->evasion, Mishap::none};
  return {Evasion::none, is_large() ? settled_[place].mishap : part.mishap};
}

Json Prover::opening() const {
  Json lines = Json::array();
  const auto& honest = fleets_.at({Evasion::none, Mishap::none});
  for (std::size_t place = 0; place < chips_.size(); ++place) {
    lines.push_back(
        {{"chip", frame_.lines[place].chip},
         {"site", frame_.lines[place].site},
         {"weight", frame_.lines[place].weight},
         {"device_key",
          is_large() ? device_keys_[place] : to_hex(honest.chips()[place].device_key->bytes())}});
  }
  Json message = {{"announced", announced_json(scenario_.announced)},
                  {"anomaly_rate", anomaly_rate(scenario_.noise).text()},
                  {"frame_key", to_hex(frame_.key)},
                  {"memory_bytes", honest.memory_chunks() * chunk_bytes},
                  {"lines", std::move(lines)},
                  {"declarations", Json::array({declared_})}};
  if (is_large()) message["heads"] = honest_heads_;
  return message;
}

Json Prover::heads_of(std::size_t place, const ChipPart& part) const {
  const bool without_last =
      part.late_head || (part.tactic != nullptr && part.tactic->files_no_head);
  const Life life = life_of(place, part);
  if (!is_large()) return heads_json(fleets_.at(life).chips()[place].ledgered, without_last);
  return heads_json(made(place, life).chips()[0].ledgered, without_last);
}

Json Prover::filings(const Parts& parts) const {
  Json heads = Json::array();
  for (std::size_t place = 0; place < parts.size(); ++place) {
    const ChipPart& part = parts[place];
    if (!is_large()) {
      heads.push_back(heads_of(place, part));
    } else if (part.tactic != nullptr) {
      heads.push_back({{"place", place}, {"heads", heads_of(place, part)}});
    } else if (part.late_head) {
      Json own = honest_heads_[place];
      own.erase(own.size() - 1);  // that of the freeze
      heads.push_back({{"place", place}, {"heads", std::move(own)}});
    }
  }
  return {{is_large() ? "changed" : "heads", std::move(heads)},
          {"declarations", declarations(parts)}};
}

Json Prover::declarations(const Parts& parts) const {
  std::vector<Seat> told;
  std::vector<Seat> partly;
  std::vector<Seat> idle;
  std::vector<Seat> serving;
  for (std::size_t place = 0; place < parts.size(); ++place) {
    const Seat seat = seat_of(place);
    if (tells(parts[place], Story::partly)) partly.push_back(seat);
    auto& seats = tells(parts[place], Story::as_idle)        ? idle
                  : tells(parts[place], Story::as_inference) ? serving
                                                             : told;
    seats.push_back(seat);
  }
  if (partly.empty() && idle.empty() && serving.empty()) return {};
  const attestation::SyntheticRun& run = shown_run();
  Json files = Json::array();
  if (!told.empty()) files.push_back(files_json(partial_story(run.full_declaration(told), partly)));
  if (!idle.empty()) files.push_back(files_json(idle_story(run.full_declaration(idle))));
  if (!serving.empty()) {
    files.push_back(files_json(inference_story(run.full_declaration(serving))));
  }
  return files;
}

Json Prover::late_filings(const Parts& parts) const {
  std::vector<Seat> seats;
  for (std::size_t place = 0; place < parts.size(); ++place) {
    if (tells(parts[place], Story::told_late)) seats.push_back(seat_of(place));
  }
  if (seats.empty()) return Json::array();
  Declaration late = fleets_.at({Evasion::none, Mishap::none}).other().full_declaration(seats);
  late.metadata.run = RunId::parse("R-late").value();
  return Json::array({files_json(late)});
}

Json Prover::evidence(const Json& challenge, const Parts& parts) const {
  const std::size_t place = place_of(challenge.at("chip").get<std::string>());
  const ChipPart& part = parts[place];
  if (part.tactic != nullptr && part.tactic->conduct == Conduct::refuses) {
    return {{"refused", true}};
  }
  // A relay lives by the uplink; what is broken answers nobody.
  const bool relayed = part.tactic != nullptr && part.tactic->conduct == Conduct::relays;
  const bool cut = challenge.at("uplink") == "cut";
  const bool killed = part.tactic != nullptr && part.tactic->conduct == Conduct::kills;
  attestation::ReadOut read;
  if (!part.broken && !killed && !(relayed && cut)) {
    const Bytes nonce = bytes_from_hex(challenge.at("nonce").get<std::string>()).value();
    const Life life = life_of(place, part);
    read =
        is_large() ? made(place, life).present(0, nonce) : fleets_.at(life).present(place, nonce);
  }
  return {
      {"head", to_hex(read.head)}, {"log", to_hex(read.log)}, {"openings", to_hex(read.openings)}};
}

}  // namespace muster::cli::scenario
