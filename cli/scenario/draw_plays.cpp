#include "cli/scenario/draw_plays.hpp"

#include <array>
#include <utility>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/audit_terms.hpp"
#include "cli/scenario/draw_stage.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli::scenario {
namespace {

constexpr std::array way_names{"a line spared",    "a line exchanged", "a line added",
                               "another cut-off",  "another value",    "a proof that is none",
                               "a chip not frozen"};
constexpr std::uint64_t ways = way_names.size();
constexpr std::uint64_t smaller_frame = 6;

/// An opening with a line. Requires: one has.
sampler::SiteOpening& some_opening(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  for (;;) {
    auto& opening = evidence.openings[random.below(evidence.openings.size())];
    if (!opening.lines.empty()) return opening;
  }
}

/// A line of the same site that was not drawn, or nothing.
const draw::FrameLine* undrawn(const sampler::DrawEvidence& evidence,
                               const sampler::SiteOpening& opening) {
  for (const auto& line : evidence.frames.front().lines) {
    if (line.site != opening.site) continue;
    bool drawn = false;
    for (const auto& item : opening.lines) drawn = drawn || item.line.chip == line.chip;
    if (!drawn) return &line;
  }
  return nullptr;
}

void tamper(sampler::DrawEvidence& evidence, std::uint64_t way, crypto::SeededRandom& random) {
  auto& opening = some_opening(evidence, random);
  const auto line = static_cast<std::ptrdiff_t>(random.below(opening.lines.size()));
  const auto* other = undrawn(evidence, opening);
  if (way == 0 || (way <= 2 && other == nullptr)) {  // a chip is spared
    opening.lines.erase(opening.lines.begin() + line);
  } else if (way == 1) {  // another one is visited in its place
    auto& item = opening.lines[static_cast<std::size_t>(line)];
    item.line = *other;
    item.salt = draw::frame_salt(evidence.frames.front().key, other->chip);
  } else if (way == 2) {  // somebody is pestered
    auto item = opening.lines.front();
    item.line = *other;
    item.salt = draw::frame_salt(evidence.frames.front().key, other->chip);
    opening.lines.push_back(item);
  } else if (way == 3) {
    evidence.seal->cut_off.bytes[0] ^= 0x40U;
  } else if (way == 4) {  // a value that somebody liked better
    evidence.beacon.randomness[random.below(evidence.beacon.randomness.size())] ^= 1U;
  } else if (way == 5) {
    opening.proof[random.below(opening.proof.size())] ^= 1U;
  } else {  // a frame without one of its chips
    auto& lines = evidence.frames.front().lines;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(random.below(lines.size())));
  }
}

Result<std::string> draw_way_paper(std::uint64_t way) {
  const Hash seed =
      crypto::sha256({as_bytes("muster/scenario/draw/"), as_bytes(way_names.at(way))});
  crypto::SeededRandom random(seed);
  // Who hands over a frame signs none. The Prover signs its root, in the freeze.
  if (way == smaller_frame) return DrawStage::frozen_without(seed, random.below(1'000));
  MUSTER_TRY_ASSIGN(DrawStage stage, DrawStage::make(seed, false));
  MUSTER_TRY_ASSIGN(auto drawing, sampler::draw_sample(stage.plan(), {stage.frame()}, stage.value(),
                                                       auditor_vrf()));
  sampler::DrawEvidence evidence{
      {stage.frame()}, stage.value(), drawing.seal, std::move(drawing.openings)};
  tamper(evidence, way, random);
  return stage.filed(evidence);
}

}  // namespace

Result<std::map<std::string, std::string>> tampered_draw_papers() {
  std::map<std::string, std::string> papers;
  for (std::uint64_t way = 0; way < ways; ++way) {
    MUSTER_TRY_ASSIGN(std::string paper, draw_way_paper(way));
    if (!paper.empty()) papers.emplace(way_names.at(way), std::move(paper));
  }
  return papers;
}

Result<sampler::Plays> play_tampered_draws(const ScenarioFile& scenario, std::uint64_t plays) {
  const sampler::Frame frame = frozen_frame(scenario);
  MUSTER_CHECK(frame.lines.size() <= most_emulated_chips);
  const auto vrf = auditor_vrf();
  FrozenRoots roots = roots_of_nothing();
  roots.frame = sampler::leaves_root(sampler::frame_leaves(frame));
  MUSTER_TRY_ASSIGN(
      const auto plan,
      committed_plan(scenario.announced, anomaly_rate(scenario.noise), roots, vrf.public_key()));
  const Timestamp frozen = audit_days(scenario.announced).frozen_at;
  sampler::Plays count{plays, 0};
  for (std::uint64_t i = 0; i < plays; ++i) {
    crypto::SeededRandom random(scenario_secret(scenario, "draw/" + std::to_string(i)));
    Bytes value(32);
    random.fill(value);
    const sampler::BeaconValue beacon{"ceremony", 0, value, true, "simulated"};
    MUSTER_TRY_ASSIGN(auto drawing, sampler::draw_sample(plan, {frame}, beacon, vrf));
    sampler::DrawEvidence evidence{{frame},      beacon,
                                   drawing.seal, std::move(drawing.openings),
                                   frozen,       Timestamp{frozen.ms + ms_per_day}};
    if (sampler::any_failed(sampler::draw_checks(plan, evidence))) {
      return failure(Errc::corrupt, "a draw that nobody touched: got a failed check, want none");
    }
    tamper(evidence, i % ways, random);
    count.caught += sampler::any_failed(sampler::draw_checks(plan, evidence)) ? 1U : 0U;
  }
  return count;
}

}  // namespace muster::cli::scenario
