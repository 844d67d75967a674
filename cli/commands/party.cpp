// `party list|show` and `site list`.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/party_json.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct PartyOptions {
  std::string id;
};

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
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

Result<ExitCode> list_parties(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  print::Table table{.columns = {print::id_column("party"),
                                 {"name"},
                                 {"country"},
                                 {"roles"},
                                 {"standing"},
                                 print::number_column("chips")}};
  MUSTER_TRY_ASSIGN(const auto succeeded, party_successions(*home));
  Json list = Json::array();
  for (RowN n = 0; n < state.tables().parties.size(); ++n) {
    const registry::Party& party = state.tables().parties[n];
    Json json = party_json(state, n, succeeded);
    table.rows.push_back({party.id, party.name, party.country, joined(role_names(party.roles)),
                          standing_text(json), print::grouped(state.held().count(n))});
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
  MUSTER_TRY_ASSIGN(const auto succeeded, party_successions(*home));
  Json json = party_json(state, row, succeeded);
  const Json keys = party_keys_json(state, row);
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
                      {"chips", print::grouped(state.held().count(row))},
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
