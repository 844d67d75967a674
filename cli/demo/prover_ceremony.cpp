#include <map>

#include "cli/demo/counter.hpp"
#include "cli/demo/world.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "registry/ceremony.hpp"
#include "registry/statement.hpp"

namespace muster::cli::demo {
namespace {

draw::CeremonyNonce nonce_of(const Hash& world_seed, const std::string& prover,
                             const Hash& plan_hash) {
  return world_secret(world_seed, "ceremony/" + prover + "/" + plan_hash.to_hex()).bytes;
}

/// What one Prover says in the ceremony of one plan.
struct Turn {
  const registry::State& state;
  registry::RowN plan;
  registry::RowN party;
  Hash world_seed;

  [[nodiscard]] const registry::Plan& planned() const { return state.tables().plans[plan]; }
  [[nodiscard]] draw::CeremonyNonce nonce() const {
    return nonce_of(world_seed, state.party_name(party), planned().plan_hash);
  }
  [[nodiscard]] std::string statement(registry::Index32 index) const {
    return state.tables().statements[index].hash.to_hex();
  }
};

registry::Draft commitment(const Turn& turn) {
  const Hash commit =
      draw::ceremony_commit(draw::CeremonyRole::prover, turn.planned().plan_hash, turn.nonce());
  return {.kind = "draw.ceremony_commit",
          .body = {{"plan", turn.planned().id},
                   {"statement", turn.statement(turn.planned().index)},
                   {"commitment", commit.to_hex()}}};
}

registry::Draft reveal(const Turn& turn) {
  const auto* part = registry::ceremony_part(turn.state, turn.plan, turn.party);
  return {.kind = "draw.ceremony_reveal",
          .body = {{"plan", turn.planned().id},
                   {"committed", part == nullptr ? "" : turn.statement(part->committed)},
                   {"nonce", to_hex(turn.nonce())}}};
}

}  // namespace

Result<void> World::take_turns(const std::vector<std::string>& plans, Timestamp at,
                               bool reveals) const {
  Counter counter(options_.folder / "registry", at);
  MUSTER_TRY(counter.open());
  const registry::State& state = counter.registry->state();
  crypto::SeededRandom random(world_secret(world_seed_, "ceremony"));
  std::map<std::string, registry::StatementMaker> makers;
  std::vector<registry::Submission> batch;
  for (const std::string& id : plans) {
    const registry::RowN plan = state.tables().plans.find(id);
    if (plan == registry::no_row)
      return failure(Errc::not_found, "plan " + id + ": not in this ledger");
    for (const registry::RowN party : registry::ceremony_provers(state, plan)) {
      const std::string org = state.party_name(party);
      auto maker = makers.find(org);
      if (maker == makers.end()) {
        maker = makers
                    .emplace(org, registry::StatementMaker(
                                      {.origin = state.origin(),
                                       .org = org,
                                       .next_number = registry::next_number(state, org)},
                                      cast_->signer(org), random))
                    .first;
      }
      const Turn turn{state, plan, party, world_seed_};
      registry::Draft draft = reveals ? reveal(turn) : commitment(turn);
      draft.event_time = at;
      MUSTER_TRY_ASSIGN(auto submission, maker->second.make(draft, &state));
      batch.push_back(std::move(submission));
    }
  }
  MUSTER_TRY_ASSIGN(const auto outcomes,
                    counter.registry->record(batch, registry::BatchMode::all_or_nothing));
  for (const registry::Outcome& outcome : outcomes) {
    if (outcome.error) return failure(*outcome.error);
  }
  return {};
}

Result<void> World::commit_nonces(const std::vector<std::string>& plans, Timestamp at) const {
  return take_turns(plans, at, false);
}

Result<void> World::reveal_nonces(const std::vector<std::string>& plans, Timestamp at) const {
  return take_turns(plans, at, true);
}

}  // namespace muster::cli::demo
