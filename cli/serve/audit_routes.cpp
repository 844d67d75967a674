// /v1/plans, their draws, and /v1/findings.

#include "cli/plan_json.hpp"
#include "cli/record_json.hpp"
#include "cli/row_json.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

using registry::RowN;

Result<RowN> visible_plan(const cli::Home& home, const Asked& asked) {
  const std::string& id = asked.part("plan");
  const RowN row = home.state().tables().plans.find(id);
  if (row != registry::no_row && Visibility(home.state(), asked.principal).plan(row)) return row;
  return failure(nothing_here("plan", id));
}

/// The sites of a plan whose draw the caller may know.
cli::ShowsSite drawn_for(const Visibility& visibility) {
  return [&visibility](const registry::SealedSite& site) { return visibility.drawn_at(site); };
}

Result<Answer> get_plans(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const auto& tables = home.state().tables();
    const Visibility visibility(home.state(), asked.principal);
    return page_of(
        tables.plans, asked, "plans", [&](RowN row) { return visibility.plan(row); },
        [&](RowN row) { return cli::plan_json(tables, row); });
  });
}

Result<Answer> get_plan(Service& service, const Asked& asked) {
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    MUSTER_TRY_ASSIGN(const RowN row, visible_plan(home, asked));
    const Visibility visibility(home.state(), asked.principal);
    MUSTER_TRY_ASSIGN(Json json, cli::whole_plan_json(home, row, drawn_for(visibility)));
    return found_json(std::move(json));
  });
}

/// What the ledger has of a plan's draw: sealed until a site is opened.
Result<Answer> get_draw(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    MUSTER_TRY_ASSIGN(const RowN plan, visible_plan(home, asked));
    const auto& tables = home.state().tables();
    const Visibility visibility(home.state(), asked.principal);
    Json sites = Json::array();
    for (const registry::SealedSite& site : tables.sealed_sites.rows()) {
      if (site.plan != plan || !visibility.drawn_at(site)) continue;
      sites.push_back({{"site", site.id.substr(site.id.find('/') + 1)},
                       {"lines", site.lines},
                       {"root", site.root.to_hex()},
                       {"opened_index", cli::index_or_null(site.opened)},
                       {"arrived_index", cli::index_or_null(site.arrived)}});
    }
    return found_json(
        Json{{"plan", tables.plans[plan].id},
             {"sealed_index", cli::index_or_null(tables.plans[plan].sealed)},
             {"sites", std::move(sites)},
             {"lines", cli::plan_lines_json(home.state(), plan, drawn_for(visibility))}});
  });
}

Result<Answer> get_findings(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const bool open, asked.flag("open"));
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const Visibility visibility(state, asked.principal);
    const auto& table = state.tables().findings;
    return page_of(
        table, asked, "findings", [&](RowN row) { return visibility.finding(table[row]); },
        [&](RowN row) { return cli::finding_json(state, table[row]); },
        [&](RowN row) { return !open || table[row].closed == registry::no_index; });
  });
}

Result<Answer> get_finding(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const registry::State& state = home.state();
    const auto& table = state.tables().findings;
    const RowN row = table.find(asked.part("finding"));
    if (row == registry::no_row || !Visibility(state, asked.principal).finding(table[row])) {
      return failure(nothing_here("finding", asked.part("finding")));
    }
    return found_json(cli::finding_json(state, table[row]));
  });
}

}  // namespace

void add_audit_routes(Router& router, Service& service) {
  router.add(
      {"GET", "/v1/plans", Role::party, {"after", "limit", "at"}, [&service](const Asked& asked) {
         return get_plans(service, asked);
       }});
  router.add({"GET", "/v1/plans/{plan}", Role::party, {"at"}, [&service](const Asked& asked) {
                return get_plan(service, asked);
              }});
  router.add({"GET", "/v1/plans/{plan}/draw", Role::party, {"at"}, [&service](const Asked& asked) {
                return get_draw(service, asked);
              }});
  router.add({"GET",
              "/v1/findings",
              Role::party,
              {"after", "limit", "open", "at"},
              [&service](const Asked& asked) { return get_findings(service, asked); }});
  router.add({"GET", "/v1/findings/{finding}", Role::party, {"at"}, [&service](const Asked& asked) {
                return get_finding(service, asked);
              }});
}

}  // namespace muster::serve
