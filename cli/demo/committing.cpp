// What the registrar does while the inspection goes on: commitments to the state.

#include "cli/demo/counter.hpp"
#include "cli/demo/world.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "registry/commit_due.hpp"
#include "registry/state_root.hpp"
#include "registry/statement.hpp"

namespace muster::cli::demo {

Result<void> World::commit_state(Timestamp at) const {
  Counter counter(options_.folder / "registry", at);
  MUSTER_TRY(counter.open());
  const registry::State& state = counter.registry->state();
  if (registry::commit_due(state, at).empty()) return {};
  crypto::SeededRandom random(world_secret(world_seed_, "commitments"));
  registry::StatementMaker maker({.origin = state.origin(),
                                  .org = registrar_id,
                                  .next_number = registry::next_number(state, registrar_id)},
                                 cast_->signer(registrar_id), random);
  const registry::Draft draft{.kind = "state.commit",
                              .body = registry::commit_body(registry::state_roots(state)),
                              .event_time = at};
  MUSTER_TRY_ASSIGN(const auto submission, maker.make(draft, &state));
  MUSTER_TRY_ASSIGN(const auto outcome, counter.registry->record(submission));
  return outcome.error ? Result<void>(failure(*outcome.error)) : Result<void>();
}

}  // namespace muster::cli::demo
