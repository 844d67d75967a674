// /v1/shipments and /v1/licences.

#include "cli/licence_json.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "cli/shipment_json.hpp"

namespace muster::serve {
namespace {

using registry::RowN;

Result<Answer> get_shipments(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const bool open, asked.flag("open"));
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const Visibility visibility(state, asked.principal);
    const auto& table = state.tables().shipments;
    return page_of(
        table, asked, "shipments", [&](RowN row) { return visibility.shipment(row); },
        [&](RowN row) { return cli::shipment_json(state, table[row]); },
        [&](RowN row) { return !open || table[row].open() > 0; });
  });
}

Result<Answer> get_shipment(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const RowN row = state.tables().shipments.find(asked.part("shipment"));
    if (row == registry::no_row || !Visibility(state, asked.principal).shipment(row)) {
      return failure(nothing_here("shipment", asked.part("shipment")));
    }
    return found_json(cli::shipment_json(state, state.tables().shipments[row]));
  });
}

/// The instant that the caps of a licence are shown for: of the entry, in the past.
Timestamp instant_of(Service& service, const cli::Home& home) {
  return home.past_time().value_or(service.clock().now());
}

Result<Answer> get_licences(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const Visibility visibility(state, asked.principal);
    const auto& table = state.tables().licences;
    const Timestamp now = instant_of(service, home);
    return page_of(
        table, asked, "licences", [&](RowN row) { return visibility.licence(table[row]); },
        [&](RowN row) { return cli::licence_json(state, table[row], now); });
  });
}

Result<Answer> get_licence(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const auto& table = state.tables().licences;
    const RowN row = table.find(asked.part("licence"));
    if (row == registry::no_row || !Visibility(state, asked.principal).licence(table[row])) {
      return failure(nothing_here("licence", asked.part("licence")));
    }
    return found_json(cli::licence_json(state, table[row], instant_of(service, home)));
  });
}

}  // namespace

void add_trade_routes(Router& router, Service& service) {
  router.add({"GET",
              "/v1/shipments",
              Role::custodian,
              {"after", "limit", "open", "at"},
              [&service](const Asked& asked) { return get_shipments(service, asked); }});
  router.add(
      {"GET", "/v1/shipments/{shipment}", Role::custodian, {"at"}, [&service](const Asked& asked) {
         return get_shipment(service, asked);
       }});
  router.add({"GET",
              "/v1/licences",
              Role::party,
              {"after", "limit", "at"},
              [&service](const Asked& asked) { return get_licences(service, asked); }});
  router.add({"GET", "/v1/licences/{licence}", Role::party, {"at"}, [&service](const Asked& asked) {
                return get_licence(service, asked);
              }});
}

}  // namespace muster::serve
