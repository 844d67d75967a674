#include "cli/scenario/draw_stage.hpp"

#include <algorithm>
#include <array>

#include "cli/audit/committed_plan.hpp"
#include "cli/audit/draw_events.hpp"
#include "cli/audit/freeze_draft.hpp"
#include "cli/audit/new_plan.hpp"
#include "cli/scenario/attempts.hpp"
#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/draw_paper.hpp"
#include "cli/scenario/freeze_paper.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/ceremony.hpp"

namespace muster::cli::scenario {
namespace {

using registry::Draft;
using stats::Decimal;

constexpr std::array<std::uint64_t, 3> hall_chips{10, 8, 6};
constexpr std::size_t vrf_output_bytes = 64;
constexpr const char* stage_plan = "P1";
constexpr const char* stage_freeze = "F1";
constexpr const char* excess_flop = "3e22";  // of some six of the chips in a month

/// A month after the chips were delivered.
Window stage_window() {
  return {Timestamp::parse("2026-02-01T00:00:00.000Z").value(),
          Timestamp::parse("2026-03-03T00:00:00.000Z").value()};
}

Bytes stage_key() { return to_bytes(crypto::sha256("muster/scenario/stage/frame key").view()); }

PartyId stage_prover() { return PartyId::parse(std::string(fleet_prover)).value(); }

audit::FreezeWish freeze_wish() { return {stage_freeze, stage_prover(), stage_window()}; }

Result<audit::MadeFreeze> made_frame(const registry::State& state) {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  return audit::made_freeze(state, models, freeze_wish(), stage_key());
}

Result<sampler::ChipClass> stage_class(const sampler::Frame& frame) {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  MUSTER_TRY_ASSIGN(const auto* model, models.find(std::string(fleet_model)));
  MUSTER_TRY_ASSIGN(auto chips, sampler::chip_class(*model, {}, frame.lines.size()));
  chips.frame_class = frame.lines.front().klass;
  chips.frame_weight = frame.lines.front().weight;
  return chips;
}

void draw_at_gates(sampler::PlanRequest& request) {
  request.design = sampler::Design{.kind = sampler::DesignKind::stratified,
                                   .quotas = sampler::QuotaRule::proportional};
  request.beacon.kind = "gate";
  request.beacon.sources = {{"nist-v2", std::string(128, 'a'), 0}};
}

}  // namespace

Result<DrawStage> DrawStage::founded(const Hash& seed) {
  DrawStage stage;
  MUSTER_TRY_ASSIGN(stage.fleet_,
                    HeldFleet::make(seed, {hall_chips.begin(), hall_chips.end()}, "h1"));
  RegistryWorld& world = *stage.fleet_.world;
  MUSTER_TRY_ASSIGN(stage.verifier_, world.newcomer("verifier"));
  world.clock().set(stage_window().to);
  Draft heads{.kind = "heads.commit",
              .body = {{"window",
                        {{"from", stage_window().from.to_string()},
                         {"to", stage_window().to.to_string()}}}}};
  for (const ChipId& chip : stage.fleet_.chips) heads.chips.push_back({chip, {{"none", true}}});
  std::ranges::sort(heads.chips, {}, &registry::StatementChip::chip);
  MUSTER_TRY(world.record(std::string(fleet_prover), std::move(heads)));
  MUSTER_TRY_ASSIGN(const auto made, made_frame(world.state()));
  stage.frame_ = made.frame;
  stage.heads_root_ = made.heads.root;
  stage.declarations_root_ = made.declarations_root;
  return stage;
}

Result<Hash> DrawStage::frozen(const sampler::Frame& frame) {
  RegistryWorld& world = *fleet_.world;
  MUSTER_TRY_ASSIGN(const auto made, made_frame(world.state()));
  Draft draft = audit::freeze_draft(world.state(), freeze_wish(), made);
  draft.body["frame"]["root"] = audit::frame_root(frame).to_hex();
  return world.record(std::string(fleet_prover), std::move(draft));
}

Result<void> DrawStage::commit_plan(const Hash& freeze, bool at_gates) {
  RegistryWorld& world = *fleet_.world;
  const auto key = auditor_vrf().public_key();
  MUSTER_TRY(
      world.record(verifier_, {.kind = "vrf.register",
                               .body = {{"vrf_key", key.text().substr(key.text().find(':') + 1)},
                                        {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}}));
  MUSTER_TRY_ASSIGN(auto chips, stage_class(*frame_));
  const Decimal excess = Decimal::parse(excess_flop).value();
  sampler::PlanRequest request{
      .id = PlanId::parse(stage_plan).value(),
      .purpose = sampler::Purpose::existence,
      .title = std::string(fleet_prover),
      .window = stage_window(),
      .frames = {{stage_prover(), freeze, audit::frame_root(*frame_), frame_->lines.size(),
                  heads_root_, declarations_root_}},
      .sites = {},
      .classes = {std::move(chips)},
      .run = {excess, excess, Decimal::from_integer(30)},
      .reporting_limit_flop = Decimal(),
      .unseen = {},
      .target = stats::Probability::from(Decimal::parse("0.95").value()).value(),
      .beacon = {"ceremony", 0, stage_window().to},
      .vrf_key = key,
      .emulated = true};
  for (std::size_t place = 0; place < hall_chips.size(); ++place) {
    request.sites.push_back({SiteId::parse(fleet_site(place)).value(), hall_chips.at(place)});
  }
  if (at_gates) draw_at_gates(request);
  MUSTER_TRY_ASSIGN(plan_, sampler::make_plan(std::move(request)));
  MUSTER_TRY_ASSIGN(const Hash statement,
                    world.record(verifier_, {.kind = "plan.commit", .body = commit_body(*plan_)}));
  accepted_at_ = world.clock().now();
  return at_gates ? Result<void>() : hold_ceremony(statement);
}

Result<void> DrawStage::hold_ceremony(const Hash& statement) {
  RegistryWorld& world = *fleet_.world;
  const Hash hash = sampler::plan_hash(*plan_);
  std::map<std::string, Hash> commitments;
  const std::array<std::string, 2> parties{std::string(fleet_prover), verifier_};
  const auto nonce_of = [](const std::string& party) {
    return crypto::sha256("muster/scenario/stage/nonce of " + party);
  };
  for (const std::string& party : parties) {
    const auto role =
        party == verifier_ ? draw::CeremonyRole::verifier : draw::CeremonyRole::prover;
    const Hash commitment = draw::ceremony_commit(role, hash, nonce_of(party).bytes);
    MUSTER_TRY_ASSIGN(commitments[party],
                      world.record(party, {.kind = "draw.ceremony_commit",
                                           .body = {{"plan", stage_plan},
                                                    {"statement", statement.to_hex()},
                                                    {"commitment", commitment.to_hex()}}}));
  }
  for (const std::string& party : parties) {
    MUSTER_TRY(world.record(party, {.kind = "draw.ceremony_reveal",
                                    .body = {{"plan", stage_plan},
                                             {"committed", commitments[party].to_hex()},
                                             {"nonce", nonce_of(party).to_hex()}}}));
  }
  const auto row = world.state().tables().plans.find(stage_plan);
  value_ = sampler::BeaconValue{"ceremony", 0,
                                to_bytes(registry::ceremony_value(world.state(), row).view()), true,
                                "the ceremony in the ledger"};
  return {};
}

Result<DrawStage> DrawStage::make(const Hash& seed, bool at_gates) {
  MUSTER_TRY_ASSIGN(DrawStage stage, founded(seed));
  MUSTER_TRY_ASSIGN(const Hash freeze, stage.frozen(*stage.frame_));
  MUSTER_TRY(stage.commit_plan(freeze, at_gates));
  return stage;
}

Result<std::string> DrawStage::refused(Draft draft) {
  RegistryWorld& world = *fleet_.world;
  const ledger::TreeSize before = world.log().size();
  world.forget_refusal();
  MUSTER_TRY_ASSIGN(const auto submission, world.statement(verifier_, std::move(draft)));
  MUSTER_TRY_ASSIGN(const std::string rule, world.refusal_of(submission));
  if (rule.empty()) return std::string();
  return paper_of(world, {.caught = true, .how = rule}, before);
}

Result<std::string> DrawStage::refused_opening(const sampler::DrawEvidence& evidence,
                                               std::size_t place) {
  const CommittedPlan committed{.id = stage_plan,
                                .verifier = verifier_,
                                .plan = *plan_,
                                .statement = {},
                                .accepted_at = accepted_at_,
                                .index = 0,
                                .freezes = {}};
  const bool at_gates = !evidence.gates.empty();
  const auto& value = at_gates ? evidence.gates[place].beacon : evidence.beacon;
  MUSTER_TRY_ASSIGN(Draft draft, opening_draft(committed, value, evidence.openings[place]));
  // What proves nothing has no output. Some value is stated, and no check believes it.
  if (draft.body["beta"] == "") draft.body["beta"] = to_hex(Bytes(vrf_output_bytes));
  return refused(std::move(draft));
}

Result<std::string> DrawStage::filed(const sampler::DrawEvidence& evidence) {
  RegistryWorld& world = *fleet_.world;
  const auto arrival = [](const std::string& site) {
    return Draft{.kind = "draw.arrive", .body = {{"plan", stage_plan}, {"site", site}}};
  };
  for (const sampler::GateValue& gate : evidence.gates) {
    if (!gate.arrived_at || *gate.arrived_at >= accepted_at_) continue;
    MUSTER_TRY_ASSIGN(std::string early, refused(arrival(gate.site)));
    if (!early.empty()) return early;
  }
  sampler::Seal seal = *evidence.seal;
  if (evidence.gates.empty()) seal.randomness = evidence.beacon.randomness;
  const char* kind = evidence.gates.empty() ? "ceremony" : "gate";
  MUSTER_TRY_ASSIGN(std::string paper, refused(cli::seal_draft(stage_plan, seal, kind)));
  for (std::size_t i = 0; paper.empty() && i < evidence.openings.size(); ++i) {
    const bool arrives = !evidence.gates.empty() && evidence.gates[i].arrived_at;
    if (arrives) {
      if (world.clock().now() < *evidence.gates[i].arrived_at) {
        world.clock().set(*evidence.gates[i].arrived_at);
      }
      MUSTER_TRY_ASSIGN(paper, refused(arrival(evidence.gates[i].site)));
    }
    if (!paper.empty()) break;
    MUSTER_TRY_ASSIGN(paper, refused_opening(evidence, i));
  }
  if (!paper.empty()) return paper;
  return draw_paper(world, stage_plan, stage_key());
}

Result<std::string> DrawStage::frozen_without(const Hash& seed, std::size_t left_out) {
  MUSTER_TRY_ASSIGN(DrawStage stage, founded(seed));
  sampler::Frame frame = *stage.frame_;
  const auto line =
      frame.lines.begin() + static_cast<std::ptrdiff_t>(left_out % frame.lines.size());
  const std::string chip = line->chip;
  frame.lines.erase(line);
  MUSTER_TRY(stage.frozen(frame));
  return freeze_paper(*stage.fleet_.world, stage_freeze, chip, stage_key());
}

}  // namespace muster::cli::scenario
