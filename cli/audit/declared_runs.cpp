#include "cli/audit/declared_runs.hpp"

#include <array>
#include <map>

#include "cli/audit/declaration_blobs.hpp"
#include "cli/audit/ledger_event.hpp"
#include "ledger/base/check.hpp"

namespace muster::cli::audit {
namespace {

/// What an amendment puts in place of the declaration's own.
constexpr std::array amended_fields{"window", "flop", "shards", "steps"};

Result<void> add_map(const LedgerEvent& found, RegisteredRun& run) {
  const registry::Body body(run.body);
  const Bytes* shards = found.blob(body.record("shards").hash("sha256"));
  MUSTER_CHECK(shards != nullptr);
  auto assignments = filed_assignments(run.body, *shards);
  run.no_map.clear();
  run.assignments.clear();
  if (assignments) {
    run.assignments = std::move(*assignments);
  } else {
    run.no_map = assignments.error().message;
  }
  return {};
}

void add_steps(const LedgerEvent& found, RegisteredRun& run) {
  const registry::Body body(run.body);
  const Bytes* steps = found.blob(body.record("steps").hash("sha256"));
  MUSTER_CHECK(steps != nullptr);
  run.steps = filed_steps(run.body, *steps).value_or(std::vector<attestation::StepCommitment>());
}

/// Takes in what one statement says of the run.
Result<void> add_statement(Home& home, const registry::Run& row, RegisteredRun& run) {
  MUSTER_TRY_ASSIGN(const LedgerEvent found, ledger_event(home, row.index));
  run.window = {row.from, row.to};
  run.entry = row.index;
  if (row.version == 0) {
    run.body = found.event.body;
    add_steps(found, run);
    return add_map(found, run);
  }
  for (const char* field : amended_fields) {
    if (found.event.body.contains(field)) run.body[field] = found.event.body[field];
  }
  if (found.event.body.contains("steps")) add_steps(found, run);
  return found.event.body.contains("shards") ? add_map(found, run) : Result<void>();
}

}  // namespace

Result<std::vector<RegisteredRun>> registered_runs(Home& home, registry::Index32 size) {
  const registry::State& state = home.state();
  std::vector<RegisteredRun> runs;
  std::map<std::string, std::size_t> places;
  for (const registry::Run& row : state.tables().runs.rows()) {
    if (row.index >= size) continue;
    const auto [place, fresh] = places.try_emplace(row.run, runs.size());
    if (fresh) {
      runs.push_back({.run = row.run,
                      .prover = std::string(state.party_name(row.party)),
                      .window = {},
                      .entry = 0,
                      .body = Json::object(),
                      .assignments = {}});
    }
    MUSTER_TRY(add_statement(home, row, runs[place->second]));
  }
  return runs;
}

}  // namespace muster::cli::audit
