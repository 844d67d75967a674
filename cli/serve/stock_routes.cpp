// /v1/holds and /v1/inventories: what authorities hold, and what Provers counted.

#include "cli/record_json.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

using registry::RowN;
using registry::State;

Result<Answer> get_holds(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const bool open, asked.flag("open"));
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const State& state = home.state();
    const auto& holds = state.tables().holds;
    const Visibility visibility(state, asked.principal);
    return page_of(
        holds, asked, "holds",
        [&](RowN row) { return visibility.hold(holds[row], cli::held_chips(state, row)); },
        [&](RowN row) { return cli::hold_json(state, row); },
        [&](RowN row) { return !open || !cli::held_chips(state, row).empty(); });
  });
}

/// One hold may be on goods of several parties: each reads of its own.
Result<Answer> get_hold(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const State& state = home.state();
    const auto& holds = state.tables().holds;
    const Visibility visibility(state, asked.principal);
    const std::string& id = asked.part("hold");
    const RowN row = holds.find(id);
    if (row == registry::no_row) return failure(nothing_here("hold", id));
    const auto chips = cli::held_chips(state, row);
    if (!visibility.hold(holds[row], chips)) return failure(nothing_here("hold", id));
    return found_json(cli::whole_hold_json(
        state, row, [&](RowN chip) { return visibility.held(holds[row], chip); }));
  });
}

Result<Answer> get_inventories(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const State& state = home.state();
    const auto& tables = state.tables();
    const Visibility visibility(state, asked.principal);
    const auto party = asked.given("party");
    const RowN wanted = party ? tables.parties.find(*party) : registry::no_row;
    const auto& inventories = tables.inventories;
    return page_of(
        inventories, asked, "inventories",
        [&](RowN row) { return visibility.inventory(inventories[row]); },
        [&](RowN row) { return cli::inventory_json(state, inventories[row]); },
        [&](RowN row) {
          return !party || (wanted != registry::no_row && inventories[row].party == wanted);
        });
  });
}

Result<Answer> get_inventory(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const State& state = home.state();
    const auto& inventories = state.tables().inventories;
    const std::string id = asked.part("party") + "/" + asked.given("site").value_or("");
    const RowN row = inventories.find(id);
    if (row == registry::no_row ||
        !Visibility(state, asked.principal).inventory(inventories[row])) {
      return failure(nothing_here("inventory", id));
    }
    return found_json(cli::whole_inventory_json(state, inventories[row]));
  });
}

}  // namespace

void add_stock_routes(Router& router, Service& service) {
  router.add({"GET",
              "/v1/holds",
              Role::party,
              {"open", "after", "limit", "at"},
              [&service](const Asked& asked) { return get_holds(service, asked); }});
  router.add({"GET", "/v1/holds/{hold}", Role::party, {"at"}, [&service](const Asked& asked) {
                return get_hold(service, asked);
              }});
  router.add({"GET",
              "/v1/inventories",
              Role::party,
              {"party", "after", "limit", "at"},
              [&service](const Asked& asked) { return get_inventories(service, asked); }});
  router.add({"GET",
              "/v1/inventories/{party}",
              Role::party,
              {"site", "at"},
              [&service](const Asked& asked) { return get_inventory(service, asked); }});
}

}  // namespace muster::serve
