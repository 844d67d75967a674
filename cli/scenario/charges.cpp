#include "cli/scenario/charges.hpp"

#include "registry/balance/clock_watch.hpp"
#include "registry/balance/unaccounted.hpp"
#include "registry/dispute.hpp"

namespace muster::cli::scenario {

Charges charges_of(RegistryWorld& world) {
  const registry::State& state = world.state();
  Charges charges{.unaccounted = registry::unaccounted(state, registry::no_row).total()};
  for (const registry::Finding& one : state.tables().findings.rows()) {
    charges.findings += one.closed == registry::no_index ? 1U : 0U;
  }
  for (const registry::CaseFile& one : state.tables().cases.rows()) {
    charges.cases += one.resolved == registry::no_index ? 1U : 0U;
  }
  charges.disputes = registry::disputed_statements(state).size();
  for (const auto& clock : running_clocks(state, registry::no_row, world.clock().now())) {
    charges.overdue += clock.overdue ? 1U : 0U;
  }
  return charges;
}

std::string more_than(const Charges& before, const Charges& after) {
  if (after.unaccounted != before.unaccounted) return "chips in U";
  if (after.findings != before.findings) return "a finding is open";
  if (after.cases != before.cases) return "a case is open";
  if (after.disputes != before.disputes) return "a statement is disputed";
  if (after.overdue != before.overdue) return "a clock has run out";
  return "put right";
}

}  // namespace muster::cli::scenario
