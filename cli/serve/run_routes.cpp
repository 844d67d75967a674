// /v1/runs: what Provers declared, each with its amendments as they were signed.

#include "cli/campaign_json.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

using registry::RowN;

Result<Answer> get_runs(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const auto& tables = home.state().tables();
    const Visibility visibility(home.state(), asked.principal);
    const auto party = asked.given("party");
    const RowN wanted = party ? tables.parties.find(*party) : registry::no_row;
    return page_of(
        tables.runs, asked, "runs", [&](RowN row) { return visibility.run(tables.runs[row]); },
        [&](RowN row) { return cli::run_json(tables, tables.runs[row]); },
        [&](RowN row) {
          return !party || (wanted != registry::no_row && tables.runs[row].party == wanted);
        });
  });
}

Result<Answer> get_run(Service& service, const Asked& asked) {
  return read_all(service, asked, [&](cli::Home& home) -> Result<Answer> {
    const auto& runs = home.state().tables().runs;
    const std::string& id = asked.part("run");
    const RowN row = runs.find(id);
    // Amendments have rows of their own, "id#n", and are no runs.
    const bool is_run = row != registry::no_row && runs[row].version == 0;
    if (!is_run || !Visibility(home.state(), asked.principal).run(runs[row])) {
      return failure(nothing_here("run", id));
    }
    MUSTER_TRY_ASSIGN(Json json, cli::whole_run_json(home, id));
    return found_json(std::move(json));
  });
}

}  // namespace

void add_run_routes(Router& router, Service& service) {
  router.add({"GET",
              "/v1/runs",
              Role::party,
              {"party", "after", "limit", "at"},
              [&service](const Asked& asked) { return get_runs(service, asked); }});
  router.add({"GET", "/v1/runs/{run}", Role::party, {"at"}, [&service](const Asked& asked) {
                return get_run(service, asked);
              }});
}

}  // namespace muster::serve
