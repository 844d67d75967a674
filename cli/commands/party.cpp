// `party list|show` and `site list`.

#include <map>

#include "cli/audit/ledger_event.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct PartyOptions {
  std::string id;
};

std::vector<std::string> role_names(registry::RoleSet set) {
  std::vector<std::string> names;
  for (const registry::Role role : registry::all_roles()) {
    if ((set & static_cast<registry::RoleSet>(role)) != 0) {
      names.emplace_back(registry::name_of(role));
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

/// Chips that the party has now.
std::uint64_t chips_of(const registry::State& state, RowN party) {
  std::uint64_t count = 0;
  for (const RowN n : state.custody_of(party)) {
    if (state.tables().custody[n].to_index == registry::no_index) ++count;
  }
  return count;
}

/// The entry by which each party that has a successor got it: the tables do not keep it.
Result<std::map<std::string, registry::Index32>> successions(Home& home) {
  std::map<std::string, registry::Index32> entries;
  const auto& statements = home.state().tables().statements;
  for (registry::Index32 index = 0; index < statements.size(); ++index) {
    if (statements[index].kind != "org.succeed") continue;
    MUSTER_TRY_ASSIGN(const LedgerEvent read, ledger_event(home, index));
    entries.emplace(read.event.fields().text("party"), index);
  }
  return entries;
}

Json suspension_json(const registry::State& state, const registry::Party& party) {
  if (party.suspended == registry::no_index) return nullptr;
  return {{"from_index", party.suspended},
          {"by", id_or_null(state.tables().parties, party.suspended_by)},
          {"in_force", party.is_suspended(state.size())}};
}

Json succession_json(const registry::State& state, const registry::Party& party,
                     const std::map<std::string, registry::Index32>& entries) {
  if (party.successor == registry::no_row) return nullptr;
  const auto entry = entries.find(party.id);
  return {{"party", id_or_null(state.tables().parties, party.successor)},
          {"index", entry == entries.end() ? Json(nullptr) : Json(entry->second)}};
}

/// "suspended from entry 12 on by gov; succeeded by maker, entry 14", or a dash.
std::string standing_text(const Json& party) {
  std::string text;
  const Json& suspended = party["suspended"];
  if (!suspended.is_null()) {
    text = "suspended from entry " + suspended["from_index"].dump() + " on by " +
           suspended["by"].get<std::string>();
  }
  const Json& successor = party["successor"];
  if (!successor.is_null()) {
    text += (text.empty() ? "" : "; ") + std::string("succeeded by ") +
            successor["party"].get<std::string>() + ", entry " + successor["index"].dump();
  }
  return text_or_dash(text);
}

Json party_json(const registry::State& state, RowN n,
                const std::map<std::string, registry::Index32>& successions) {
  const registry::Party& party = state.tables().parties[n];
  return {{"party", party.id},
          {"name", party.name},
          {"country", party.country},
          {"parent", text_or_null(party.parent)},
          {"roles", role_names(party.roles)},
          {"chips", chips_of(state, n)},
          {"threshold", party.threshold},
          {"suspended", suspension_json(state, party)},
          {"successor", succession_json(state, party, successions)},
          {"index", party.index}};
}

Json keys_json(const registry::State& state, RowN party) {
  Json keys = Json::array();
  for (const registry::Key& key : state.tables().keys.rows()) {
    if (key.party != party) continue;
    keys.push_back({{"key_id", key.id},
                    {"public", key.public_key},
                    {"from_index", key.from},
                    {"to_index", index_or_null(key.to)},
                    {"until", key.until_ms == registry::Key::open_ms
                                  ? Json(nullptr)
                                  : Json(Timestamp{key.until_ms}.to_string())},
                    {"successor", id_or_null(state.tables().keys, key.successor)}});
  }
  return keys;
}

Json site_json(const registry::State& state, const registry::Site& site) {
  return {{"site", site.id},
          {"name", site.name},
          {"country", site.country},
          {"kind", site.kind},
          {"party", id_or_null(state.tables().parties, site.party)}};
}

Result<ExitCode> list_parties(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  print::Table table{.columns = {print::id_column("party"),
                                 {"name"},
                                 {"country"},
                                 {"roles"},
                                 {"standing"},
                                 print::number_column("chips")}};
  MUSTER_TRY_ASSIGN(const auto succeeded, successions(*home));
  Json list = Json::array();
  for (RowN n = 0; n < state.tables().parties.size(); ++n) {
    const registry::Party& party = state.tables().parties[n];
    Json json = party_json(state, n, succeeded);
    table.rows.push_back({party.id, party.name, party.country, joined(role_names(party.roles)),
                          standing_text(json), print::grouped(chips_of(state, n))});
    list.push_back(std::move(json));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"parties", std::move(list)}});
  return ExitCode::done;
}

Result<ExitCode> show_party(Context& context, const PartyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(state.tables().parties, "party", options.id));
  const registry::Party& party = state.tables().parties[row];
  MUSTER_TRY_ASSIGN(const auto succeeded, successions(*home));
  Json json = party_json(state, row, succeeded);
  const Json keys = keys_json(state, row);
  Json sites = Json::array();
  for (const registry::Site& site : state.tables().sites.rows()) {
    if (site.party == row) sites.push_back(site_json(state, site));
  }
  auto printer = context.printer();
  print::Facts facts{"",
                     {{"party", party.id},
                      {"name", party.name},
                      {"country", party.country},
                      {"parent", text_or_dash(party.parent)},
                      {"roles", joined(role_names(party.roles))},
                      {"standing", standing_text(json)},
                      {"chips", print::grouped(chips_of(state, row))},
                      {"threshold", print::grouped(party.threshold)},
                      {"registered by", "entry " + std::to_string(party.index)}}};
  for (const Json& key : keys) {
    std::string end = key["to_index"].is_null() ? "" : ", revoked";
    if (!key["until"].is_null()) end += ", until " + key["until"].get<std::string>();
    facts.rows.emplace_back("key", key["key_id"].get<std::string>() + end);
  }
  for (const Json& site : sites) facts.rows.emplace_back("site", site["site"].get<std::string>());
  printer.facts(facts);
  json["keys"] = keys;
  json["sites"] = std::move(sites);
  printer.json(json);
  return ExitCode::done;
}

Result<ExitCode> list_sites(Context& context, const PartyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  RowN owner = registry::no_row;
  if (!options.id.empty()) {
    MUSTER_TRY_ASSIGN(owner, row_called(tables.parties, "party", options.id));
  }
  print::Table table{
      .columns = {print::id_column("site"), {"name"}, {"country"}, {"kind"}, {"party"}}};
  Json list = Json::array();
  for (const registry::Site& site : tables.sites.rows()) {
    if (!options.id.empty() && site.party != owner) continue;
    table.rows.push_back(
        {site.id, site.name, site.country, site.kind, id_or_dash(tables.parties, site.party)});
    list.push_back(site_json(home->state(), site));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"sites", std::move(list)}});
  return ExitCode::done;
}

}  // namespace

void add_party_commands(CLI::App& app, Context& context) {
  CLI::App& party = noun(app, "party", "organisations that sign statements");
  add_verb(party, "list", "all parties", context, [&] { return list_parties(context); });
  auto& shown = context.keep<PartyOptions>();
  add_verb(party, "show", "one party with its keys and sites", context,
           [&] { return show_party(context, shown); })
      .add_option("id", shown.id, "party id")
      ->required();
  auto& owner = context.keep<PartyOptions>();
  add_verb(noun(app, "site", "places where chips are"), "list", "all sites", context, [&] {
    return list_sites(context, owner);
  }).add_option("--party", owner.id, "of this party only");
}

}  // namespace muster::cli
