#include "cli/audit/plan_place.hpp"

#include <algorithm>

#include "cli/audit/committed_plan.hpp"
#include "cli/audit/ledger_event.hpp"

namespace muster::cli {

PlanPlace place_of(const CommittedPlan& plan) {
  PlanPlace place{plan.id,    plan.verifier,   {}, sampler::plan_hash(plan.plan), plan.statement,
                  plan.index, plan.accepted_at};
  for (const auto& frame : plan.plan.request.frames) place.provers.push_back(frame.prover.text());
  return place;
}

Result<PlanPlace> plan_place(Home& home, const std::string& id) {
  const registry::State& state = home.state();
  const registry::RowN row = state.tables().plans.find(id);
  if (row == registry::no_row) {
    return failure(Errc::not_found, "plan " + id + ": not in this ledger; `muster plan list`");
  }
  const registry::Plan& found = state.tables().plans[row];
  MUSTER_TRY_ASSIGN(const LedgerEvent event, ledger_event(home, found.index));
  PlanPlace place{id,
                  state.party_name(found.party),
                  {},
                  found.plan_hash,
                  event.event.statement,
                  found.index,
                  event.accepted_at};
  for (const std::string& freeze : found.freezes) {
    MUSTER_TRY_ASSIGN(const Hash statement, Hash::from_hex(freeze));
    MUSTER_TRY_ASSIGN(const Frozen frozen, freeze_by_statement(state, statement));
    place.provers.push_back(frozen.prover.text());
  }
  std::ranges::sort(place.provers);
  return place;
}

}  // namespace muster::cli
