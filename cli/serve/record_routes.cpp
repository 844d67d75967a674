// Tables of the state that are all read in one way: a list with a keyset cursor, and one row by id.

#include "cli/campaign_json.hpp"
#include "cli/case_json.hpp"
#include "cli/lease_json.hpp"
#include "cli/record_json.hpp"
#include "cli/rma_json.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

using registry::RowN;
using registry::State;
using registry::Tables;

/// One such table: how it is called, and how its rows are read.
template <class Row>
struct RecordKind {
  const char* noun;
  const char* plural;  ///< Of the path and of the member that lists them.
  Role least;
  registry::NamedTable<Row> Tables::*table;
  bool (Visibility::*sees)(const Row& row) const;
  Json (*json)(const State& state, const Row& row);
  bool (*is_open)(const Row& row) = nullptr;              ///< Null: there is no `open`.
  Json (*whole)(const State& state, RowN row) = nullptr;  ///< Null: `json`.
  const char* of = nullptr;                               ///< Another parameter of the list:
  RowN (*of_row)(const Row& row) = nullptr;               ///< the row that is to be called so,
  RowN (*find_of)(const Tables& tables, const std::string& id) = nullptr;  ///< found by its id.
};

template <class Row>
Result<Answer> get_records(Service& service, const Asked& asked, const RecordKind<Row>& kind) {
  MUSTER_TRY_ASSIGN(const bool open, asked.flag("open"));
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const State& state = home.state();
    const Visibility visibility(state, asked.principal);
    const auto& table = state.tables().*kind.table;
    const auto of = kind.of == nullptr ? std::nullopt : asked.given(kind.of);
    const RowN of_row = of ? kind.find_of(state.tables(), *of) : registry::no_row;
    const auto wants = [&](RowN row) {
      if (open && !kind.is_open(table[row])) return false;
      return !of || (of_row != registry::no_row && kind.of_row(table[row]) == of_row);
    };
    return page_of(
        table, asked, kind.plural, [&](RowN row) { return (visibility.*kind.sees)(table[row]); },
        [&](RowN row) { return kind.json(state, table[row]); }, wants);
  });
}

template <class Row>
Result<Answer> get_record(Service& service, const Asked& asked, const RecordKind<Row>& kind) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const State& state = home.state();
    const auto& table = state.tables().*kind.table;
    const std::string& id = asked.part(kind.noun);
    const RowN row = table.find(id);
    const Visibility visibility(state, asked.principal);
    if (row == registry::no_row || !(visibility.*kind.sees)(table[row])) {
      return failure(nothing_here(kind.noun, id));
    }
    const bool whole = kind.whole != nullptr;
    return found_json(whole ? kind.whole(state, row) : kind.json(state, table[row]));
  });
}

template <class Row>
void add_record_kind(Router& router, Service& service, RecordKind<Row> kind) {
  const std::string path = std::string("/v1/") + kind.plural;
  std::vector<std::string> parameters{"after", "limit", "at"};
  if (kind.is_open != nullptr) parameters.emplace_back("open");
  if (kind.of != nullptr) parameters.emplace_back(kind.of);
  router.add({"GET", path, kind.least, parameters,
              [&service, kind](const Asked& asked) { return get_records(service, asked, kind); }});
  router.add({"GET",
              path + "/{" + kind.noun + "}",
              kind.least,
              {"at"},
              [&service, kind](const Asked& asked) { return get_record(service, asked, kind); }});
}

RowN party_called(const Tables& tables, const std::string& id) { return tables.parties.find(id); }

void add_audit_records(Router& router, Service& service) {
  add_record_kind<registry::Query>(
      router, service,
      {"query", "queries", Role::party, &Tables::queries, &Visibility::query, cli::query_json,
       [](const registry::Query& row) { return row.closed == registry::no_index; }, nullptr, "plan",
       [](const registry::Query& row) { return row.plan; },
       [](const Tables& tables, const std::string& id) { return tables.plans.find(id); }});
  add_record_kind<registry::Freeze>(
      router, service,
      {"freeze", "freezes", Role::party, &Tables::freezes, &Visibility::freeze, cli::freeze_json,
       nullptr, nullptr, "party", [](const registry::Freeze& row) { return row.party; },
       party_called});
  add_record_kind<registry::Dispute>(
      router, service,
      {"dispute", "disputes", Role::party, &Tables::disputes, &Visibility::dispute,
       cli::dispute_json,
       [](const registry::Dispute& row) { return row.settled == registry::no_index; }});
}

void add_life_records(Router& router, Service& service) {
  add_record_kind<registry::Seal>(
      router, service,
      {"seal", "seals", Role::custodian, &Tables::seals, &Visibility::seal, cli::seal_json,
       [](const registry::Seal& row) { return row.state == "intact"; }});
  add_record_kind<registry::CaseFile>(
      router, service,
      {"case", "cases", Role::party, &Tables::cases, &Visibility::case_file, cli::case_json,
       [](const registry::CaseFile& row) { return row.resolved == registry::no_index; },
       cli::whole_case_json});
  add_record_kind<registry::Lease>(
      router, service,
      {"lease", "leases", Role::party, &Tables::leases, &Visibility::lease, cli::lease_row_json,
       [](const registry::Lease& row) { return row.ended == registry::no_index; },
       [](const State& state, RowN row) {
         return cli::lease_json(state, state.tables().leases[row]);
       }});
  add_record_kind<registry::Delegation>(
      router, service,
      {"delegation", "delegations", Role::party, &Tables::delegations, &Visibility::delegation,
       cli::delegation_json,
       [](const registry::Delegation& row) { return row.revoked == registry::no_index; }});
}

void add_stock_records(Router& router, Service& service) {
  add_record_kind<registry::Rma>(
      router, service,
      {"return", "returns", Role::party, &Tables::rmas, &Visibility::rma, cli::rma_json,
       [](const registry::Rma& row) { return row.closed == registry::no_index; }, nullptr, "party",
       [](const registry::Rma& row) { return row.custodian; }, party_called});
  add_record_kind<registry::Lot>(
      router, service,
      {"lot", "lots", Role::party, &Tables::lots, &Visibility::lot, cli::lot_json,
       [](const registry::Lot& row) { return row.quantity > 0; }, nullptr, "party",
       [](const registry::Lot& row) { return row.holder; }, party_called});
}

/// The parameters of the rules: a few rows, no pages.
Result<Answer> get_policies(Service& service, const Asked& asked) {
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    Json list = Json::array();
    for (const registry::PolicyRow& row : home.state().tables().policies.rows()) {
      list.push_back(cli::policy_row_json(home.state(), row));
    }
    Answer answer = found_json(Json{{"policies", std::move(list)}});
    answer.list = "policies";
    return answer;
  });
}

/// Chips that were declared lost or stolen, or that a case reports missing.
Result<Answer> get_missing(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const std::uint64_t limit, page_limit(asked));
  return read_state(service, asked, [&](const cli::Home& home) -> Result<Answer> {
    const State& state = home.state();
    const auto& chips = state.tables().chips;
    const Visibility visibility(state, asked.principal);
    RowN row = 0;
    if (const auto after = asked.given("after")) {
      const auto found = cli::chip_row(state, *after);
      if (!found || !visibility.missing(chips[*found])) {
        return failure(bad_parameter("after", "want the next of the page before"));
      }
      row = *found + 1;
    }
    Json list = Json::array();
    std::optional<RowN> last;
    bool more = false;
    for (; row < chips.size() && !more; ++row) {
      const Json flags = cli::missing_json(state, row);
      if (flags.empty() || !visibility.missing(chips[row])) continue;
      more = list.size() >= limit;
      if (more) break;
      for (const Json& one : flags) list.push_back(one);
      last = row;
    }
    Answer answer;
    answer.json = Json{{"missing", std::move(list)},
                       {"next", more ? Json(state.chip_id(*last).to_string()) : Json(nullptr)}};
    answer.list = "missing";
    return answer;
  });
}

}  // namespace

void add_record_routes(Router& router, Service& service) {
  add_audit_records(router, service);
  add_life_records(router, service);
  add_stock_records(router, service);
  router.add({"GET", "/v1/policies", Role::custodian, {"at"}, [&service](const Asked& asked) {
                return get_policies(service, asked);
              }});
  router.add(
      {"GET", "/v1/missing", Role::party, {"after", "limit", "at"}, [&service](const Asked& asked) {
         return get_missing(service, asked);
       }});
}

}  // namespace muster::serve
