#include "cli/party_json.hpp"

#include "cli/audit/ledger_event.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

Json suspension_json(const registry::State& state, const registry::Party& party) {
  if (party.suspended == registry::no_index) return nullptr;
  return {{"from_index", party.suspended},
          {"by", id_or_null(state.tables().parties, party.suspended_by)},
          {"in_force", party.is_suspended(state.size())}};
}

Json succession_json(const registry::State& state, const registry::Party& party,
                     const Successions& entries) {
  if (party.successor == registry::no_row) return nullptr;
  const auto entry = entries.find(party.id);
  return {{"party", id_or_null(state.tables().parties, party.successor)},
          {"index", entry == entries.end() ? Json(nullptr) : Json(entry->second)}};
}

}  // namespace

std::vector<std::string> role_names(registry::RoleSet set) {
  std::vector<std::string> names;
  for (const registry::Role role : registry::all_roles()) {
    if ((set & static_cast<registry::RoleSet>(role)) != 0) {
      names.emplace_back(registry::name_of(role));
    }
  }
  return names;
}

Result<Successions> party_successions(Home& home) {
  auto& [entries, size] = home.succeeded();
  const auto& statements = home.state().tables().statements;
  for (; size < statements.size(); ++size) {
    if (statements[size].kind != "org.succeed") continue;
    MUSTER_TRY_ASSIGN(const LedgerEvent read, ledger_event(home, size));
    entries.emplace(read.event.fields().text("party"), size);
  }
  return entries;
}

Json party_json(const registry::State& state, registry::RowN n, const Successions& successions) {
  const registry::Party& party = state.tables().parties[n];
  return {{"party", party.id},
          {"name", party.name},
          {"country", party.country},
          {"parent", text_or_null(party.parent)},
          {"roles", role_names(party.roles)},
          {"chips", state.held().count(n)},
          {"threshold", party.threshold},
          {"suspended", suspension_json(state, party)},
          {"successor", succession_json(state, party, successions)},
          {"index", party.index}};
}

Json party_keys_json(const registry::State& state, registry::RowN party) {
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

}  // namespace muster::cli
