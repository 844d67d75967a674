#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/state_root.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view automatic_finding = "auto.";

Result<void> query_open_rule(const Case& found) {
  const Body body = found.body();
  if (const RowN old = found.tables().queries.find(body.text("query")); old != no_row) {
    return id_in_use(found.state, "query.exists", body.text("query"),
                     found.tables().queries[old].opened);
  }
  if (found.tables().plans.find(body.text("plan")) == no_row) {
    return refusal("plan.unknown", body.text("plan"));
  }
  if (found.state.find_chip(body.chip("chip")) == no_row) {
    return refusal("chip.unknown", body.text("chip"));
  }
  if (found.tables().parties.find(body.text("owner")) == no_row) {
    return refusal("party.unknown", "owner " + body.text("owner"));
  }
  return {};
}

void query_open_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().queries.add({.id = body.text("query"),
                              .plan = state.tables().plans.find(body.text("plan")),
                              .chip = state.find_chip(body.chip("chip")),
                              .owner = state.tables().parties.find(body.text("owner")),
                              .opener = found.org,
                              .code = body.text("code"),
                              .due = body.time("due"),
                              .opened = state.now_index(),
                              .outcome = {}});
}

/// The query that the body names, if it is still open and `party_of` it is the signing one.
Result<RowN> open_query(const Case& found, RowN Query::*party_of) {
  const std::string& id = found.body().text("query");
  const RowN row = found.tables().queries.find(id);
  if (row == no_row) return refusal("query.unknown", id);
  const Query& query = found.tables().queries[row];
  if (query.*party_of != found.org) {
    return refusal("query.not_yours", id + ": want " + found.state.party_name(query.*party_of));
  }
  if (query.closed != no_index) {
    return refusal("query.closed", id + " was closed by entry " + std::to_string(query.closed));
  }
  return row;
}

Result<void> query_answer_rule(const Case& found) {
  MUSTER_TRY(open_query(found, &Query::owner));
  return {};
}

void query_answer_effect(State& state, const Case& found) {
  const RowN row = state.tables().queries.find(found.body().text("query"));
  state.tables().queries.edit(row).answered = state.now_index();
}

Result<void> query_close_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, open_query(found, &Query::opener));
  const Query& query = found.tables().queries[row];
  const bool consistent = found.body().text("outcome") == "consistent";
  if (consistent && !found.body().has("evidence")) {
    return refusal("query.no_evidence", "consistent wants the evidence that closed it");
  }
  if (!consistent && query.answered == no_index && found.context.accepted_at < query.due) {
    return refusal("query.not_due", "due " + query.due.to_string() + ", not answered yet");
  }
  return {};
}

void query_close_effect(State& state, const Case& found) {
  const RowN row = state.tables().queries.find(found.body().text("query"));
  Query& query = state.tables().queries.edit(row);
  query.closed = state.now_index();
  query.outcome = found.body().text("outcome");
}

Result<void> finding_open_rule(const Case& found) {
  const Body body = found.body();
  if (body.text("finding").starts_with(automatic_finding)) {
    return refusal("finding.reserved", "ids that begin with \"auto.\" are the registry's own");
  }
  if (const RowN old = found.tables().findings.find(body.text("finding")); old != no_row) {
    return id_in_use(found.state, "finding.exists", body.text("finding"),
                     found.tables().findings[old].opened);
  }
  if (found.tables().parties.find(body.text("party")) == no_row) {
    return refusal("party.unknown", body.text("party"));
  }
  if (body.has("plan") && found.tables().plans.find(body.text("plan")) == no_row) {
    return refusal("plan.unknown", body.text("plan"));
  }
  return {};
}

void finding_open_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.tables().findings.add({.id = body.text("finding"),
                               .party = state.tables().parties.find(body.text("party")),
                               .opener = found.org,
                               .code = body.text("code"),
                               .opened = state.now_index(),
                               .outcome = {}});
}

Result<void> finding_close_rule(const Case& found) {
  const std::string& id = found.body().text("finding");
  const RowN row = found.tables().findings.find(id);
  if (row == no_row) return refusal("finding.unknown", id);
  const Index32 closed = found.tables().findings[row].closed;
  if (closed == no_index) return {};
  return refusal("finding.closed", id + " was closed by entry " + std::to_string(closed));
}

void finding_close_effect(State& state, const Case& found) {
  const RowN row = state.tables().findings.find(found.body().text("finding"));
  Finding& finding = state.tables().findings.edit(row);
  finding.closed = state.now_index();
  finding.outcome = found.body().text("outcome");
}

Result<void> commit_rule(const Case& found) {
  const StateRoots roots = state_roots(found.state);
  const Body body = found.body();
  if (body.integer("chips") != roots.chips || body.hash("root") != roots.root) {
    return refusal("state.root", "the registry has " + std::to_string(roots.chips) +
                                     " chips with root " + roots.root.to_hex());
  }
  if (body.integer("parties") == roots.parties && body.hash("custodians") == roots.custodians) {
    return {};
  }
  return refusal("state.custodians", "the registry has " + std::to_string(roots.parties) +
                                         " custodians with root " + roots.custodians.to_hex());
}

void commit_effect(State& state, const Case& found) {
  state.tables().commits.add({.size = found.body().integer("chips"),
                              .root = found.body().hash("root"),
                              .index = state.now_index()});
}

constexpr std::array<Field, 6> query_open_fields{{{"query", FieldType::name},
                                                  {"plan", FieldType::name},
                                                  {"chip", FieldType::chip},
                                                  {"code", FieldType::text},
                                                  {"owner", FieldType::name},
                                                  {"due", FieldType::time}}};
constexpr std::array<Field, 3> query_answer_fields{
    {{"query", FieldType::name}, {"evidence", FieldType::hash}, {"text", FieldType::text}}};
constexpr std::array<Field, 4> query_close_fields{
    {{"query", FieldType::name},
     {"outcome", FieldType::text, true, "consistent|hit"},
     {"evidence", FieldType::hash, false},
     {"reason", FieldType::text}}};
constexpr std::array<Field, 7> finding_open_fields{
    {{"finding", FieldType::name},
     {"party", FieldType::name},
     {"code", FieldType::text},
     {"severity", FieldType::text, true, "low|medium|high"},
     {"plan", FieldType::name, false},
     {"chips", FieldType::chips, false},
     {"text", FieldType::text, false}}};
constexpr std::array<Field, 4> finding_close_fields{{{"finding", FieldType::name},
                                                     {"outcome", FieldType::text},
                                                     {"reason", FieldType::text},
                                                     {"evidence", FieldType::hash, false}}};
constexpr std::array<Field, 4> commit_fields{{{"chips", FieldType::integer},
                                              {"root", FieldType::hash},
                                              {"parties", FieldType::integer},
                                              {"custodians", FieldType::hash}}};

constexpr RoleSet auditors = roles({Role::verifier, Role::inspector, Role::authority});

constexpr std::array<Kind, 6> answer_rows{{
    {.code = "M4a",
     .name = "finding.open",
     .signers = "inspector, verifier or authority",
     .roles = auditors,
     .body = finding_open_fields,
     .change = "no chip",
     .guard = "finding id new; party and plan known",
     .rule = finding_open_rule,
     .effect = finding_open_effect},
    {.code = "M4b",
     .name = "finding.close",
     .signers = "authority",
     .weighty = true,
     .roles = roles({Role::authority}),
     .body = finding_close_fields,
     .change = "no chip",
     .guard = "finding open",
     .rule = finding_close_rule,
     .effect = finding_close_effect},
    {.code = "P6a",
     .name = "query.open",
     .signers = "verifier or inspector",
     .roles = auditors,
     .body = query_open_fields,
     .change = "no chip",
     .guard = "query id new; plan, chip and owner known",
     .rule = query_open_rule,
     .effect = query_open_effect},
    {.code = "P6b",
     .name = "query.answer",
     .signers = "the query's owner",
     .suspended = Suspended::may,
     .body = query_answer_fields,
     .change = "no chip",
     .guard = "query open",
     .rule = query_answer_rule,
     .effect = query_answer_effect},
    {.code = "P6c",
     .name = "query.close",
     .signers = "the party that opened it",
     .roles = auditors,
     .body = query_close_fields,
     .change = "no chip",
     .guard = "query open; consistent with evidence; a hit after an answer or when due",
     .rule = query_close_rule,
     .effect = query_close_effect},
    {.code = "P7",
     .name = "state.commit",
     .signers = "registrar",
     .roles = roles({Role::registrar}),
     .body = commit_fields,
     .change = "no chip",
     .guard = "roots as the registry computes them",
     .rule = commit_rule,
     .effect = commit_effect},
}};

}  // namespace

std::span<const Kind> answer_kinds() { return answer_rows; }

void open_finding(State& state, RowN party, const std::string& code) {
  const std::string stem = std::string(automatic_finding) + std::to_string(state.now_index()) + ".";
  auto& findings = state.tables().findings;
  std::size_t count = 0;
  while (findings.find(stem + std::to_string(count)) != no_row) ++count;
  findings.add({.id = stem + std::to_string(count),
                .party = party,
                .opener = state.tables().statements[state.now_index()].party,
                .code = code,
                .opened = state.now_index(),
                .outcome = {}});
}

}  // namespace muster::registry
