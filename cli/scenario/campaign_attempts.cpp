#include "cli/scenario/registry_attempts.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "registry/ceremony.hpp"

// V24: campaigns whose outcome somebody does not like. The log has every plan that was committed,
// and how far each came.

namespace muster::cli::scenario {
namespace {

using registry::Draft;

/// A committed plan of one Prover.
struct Campaign {
  std::string verifier{};
  std::string prover{};
  std::string plan{};
  Hash statement{};
  Hash plan_hash{};
};

/// What a Prover without chips freezes: its frame, heads and declarations are empty.
Result<Hash> frozen(RegistryWorld& world, const std::string& prover) {
  const Json window = {{"from", "2025-01-01T00:00:00.000Z"}, {"to", "2026-01-01T00:00:00.000Z"}};
  const Json nothing = {{"root", ledger::empty_root().to_hex()}, {"count", 0}};
  MUSTER_TRY_ASSIGN(const Hash heads,
                    world.record(prover, {.kind = "heads.commit", .body = {{"window", window}}}));
  Json frame = nothing;
  frame["salted"] = true;
  Json quoted = nothing;
  quoted["statement"] = heads.to_hex();
  return world.record(prover, {.kind = "freeze.commit",
                               .body = {{"freeze", "F" + world.next_shipment()},
                                        {"window", window},
                                        {"frame", frame},
                                        {"heads", quoted},
                                        {"declarations", nothing}}});
}

Result<Draft> plan_draft(RegistryWorld& world, const std::string& prover, const std::string& id) {
  MUSTER_TRY_ASSIGN(const Hash freeze, frozen(world, prover));
  const Json document = {{"design", "simple"}, {"n", 1}, {"plan", id}};
  return Draft{.kind = "plan.commit",
               .body = {{"plan", id},
                        {"prover", prover},
                        {"freezes", {freeze.to_hex()}},
                        {"document", document},
                        {"plan_hash", crypto::sha256(canonical_json(document)).to_hex()}}};
}

Result<Campaign> committed(RegistryWorld& world) {
  Campaign campaign{.plan = "P" + world.next_shipment()};
  MUSTER_TRY_ASSIGN(campaign.verifier, world.newcomer("verifier"));
  MUSTER_TRY_ASSIGN(campaign.prover, world.newcomer("prover"));
  MUSTER_TRY(world.record(campaign.verifier,
                          {.kind = "vrf.register",
                           .body = {{"vrf_key", crypto::sha256(campaign.verifier).to_hex()},
                                    {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}}));
  MUSTER_TRY_ASSIGN(const Draft draft, plan_draft(world, campaign.prover, campaign.plan));
  campaign.plan_hash = Hash::from_hex(draft.body["plan_hash"].get<std::string>()).value();
  MUSTER_TRY_ASSIGN(campaign.statement, world.record(campaign.verifier, draft));
  return campaign;
}

registry::RowN plan_row(const RegistryWorld& world, const Campaign& campaign) {
  return world.state().tables().plans.find(campaign.plan);
}

Hash nonce_of(const Campaign& campaign, const std::string& party) {
  return crypto::sha256(campaign.plan + ", nonce of " + party);
}

/// Every party commits; those of `revealing` reveal as well.
Result<void> hold_ceremony(RegistryWorld& world, const Campaign& campaign,
                           const std::vector<std::string>& revealing) {
  std::map<std::string, Hash> commitments;
  for (const std::string& party : {campaign.prover, campaign.verifier}) {
    const auto role =
        party == campaign.verifier ? draw::CeremonyRole::verifier : draw::CeremonyRole::prover;
    const Hash commitment =
        draw::ceremony_commit(role, campaign.plan_hash, nonce_of(campaign, party).bytes);
    MUSTER_TRY_ASSIGN(commitments[party],
                      world.record(party, {.kind = "draw.ceremony_commit",
                                           .body = {{"plan", campaign.plan},
                                                    {"statement", campaign.statement.to_hex()},
                                                    {"commitment", commitment.to_hex()}}}));
  }
  for (const std::string& party : revealing) {
    MUSTER_TRY(world.record(party, {.kind = "draw.ceremony_reveal",
                                    .body = {{"plan", campaign.plan},
                                             {"committed", commitments[party].to_hex()},
                                             {"nonce", nonce_of(campaign, party).to_hex()}}}));
  }
  return {};
}

/// A draw of one line at the Prover's site, decided by `value`.
Draft seal_draft(const Campaign& campaign, const Hash& value) {
  const std::string root = crypto::sha256("lines of " + campaign.plan).to_hex();
  return {
      .kind = "draw.seal",
      .body = {{"plan", campaign.plan},
               {"round", "1"},
               {"beacon", {{"kind", "ceremony"}, {"value", value.to_hex()}}},
               {"root", root},
               {"count", 1},
               {"cutoff", "00ff"},
               {"sites", {{{"site", campaign.prover + "-site"}, {"lines", 1}, {"root", root}}}}}};
}

/// A campaign whose value everybody knows.
Result<Campaign> revealed(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(Campaign campaign, committed(world));
  MUSTER_TRY(hold_ceremony(world, campaign, {campaign.prover, campaign.verifier}));
  return campaign;
}

/// The Verifier sees what would be drawn, gives the plan up, and begins another. A stranger still
/// finds the first, with the value that it would have been drawn by, and it cannot be drawn from.
Result<AttemptEnd> abandoned_when_known(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Campaign campaign, revealed(world));
  const auto row = plan_row(world, campaign);
  const Hash value = registry::ceremony_value(world.state(), row);
  MUSTER_TRY(world.record(
      campaign.verifier,
      {.kind = "plan.abandon", .body = {{"plan", campaign.plan}, {"reason", "another window"}}}));
  MUSTER_TRY_ASSIGN(const Draft again,
                    plan_draft(world, campaign.prover, "P" + world.next_shipment()));
  MUSTER_TRY(world.record(campaign.verifier, again));
  MUSTER_TRY_ASSIGN(AttemptEnd end, refused(world, campaign.verifier, seal_draft(campaign, value)));
  const bool shown = world.state().tables().plans[row].abandoned != registry::no_index &&
                     registry::ceremony_value(world.state(), row) == value;
  end.caught = end.caught && shown;
  return end;
}

/// The last one to reveal does not.
Result<AttemptEnd> never_revealed(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Campaign campaign, committed(world));
  const std::string silent = world.random().below(2) == 0 ? campaign.verifier : campaign.prover;
  const std::string other = silent == campaign.prover ? campaign.verifier : campaign.prover;
  MUSTER_TRY(hold_ceremony(world, campaign, {other}));
  const auto gaps = registry::ceremony_gaps(world.state(), plan_row(world, campaign));
  MUSTER_TRY_ASSIGN(AttemptEnd end, refused(world, campaign.verifier,
                                            seal_draft(campaign, nonce_of(campaign, other))));
  end.caught = end.caught && gaps.not_revealed == std::vector{silent};
  return end;
}

Result<AttemptEnd> by_another_value(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Campaign campaign, revealed(world));
  Hash value = registry::ceremony_value(world.state(), plan_row(world, campaign));
  value.bytes[world.random().below(value.bytes.size())] ^= 1U;
  return refused(world, campaign.verifier, seal_draft(campaign, value));
}

Result<AttemptEnd> drawn_twice(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Campaign campaign, revealed(world));
  const Hash value = registry::ceremony_value(world.state(), plan_row(world, campaign));
  MUSTER_TRY(world.record(campaign.verifier, seal_draft(campaign, value)));
  Draft again = seal_draft(campaign, value);
  again.body["round"] = "2";
  return refused(world, campaign.verifier, std::move(again));
}

/// Another plan in the first one's place, once its value is known.
Result<AttemptEnd> under_the_same_name(RegistryWorld& world) {
  MUSTER_TRY_ASSIGN(const Campaign campaign, revealed(world));
  MUSTER_TRY_ASSIGN(const Draft again, plan_draft(world, campaign.prover, campaign.plan));
  return refused(world, campaign.verifier, again);
}

}  // namespace

std::vector<RegistryAttempt> campaign_attempts() {
  return {{"abandoned when its value was known", abandoned_when_known},
          {"never revealed", never_revealed},
          {"drawn by another value", by_another_value},
          {"drawn twice", drawn_twice},
          {"replaced under its name", under_the_same_name}};
}

}  // namespace muster::cli::scenario
