#include <algorithm>

#include "registry/clearance.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

/// Whether the party may receive under the licence, as consignee or as end user.
bool licence_names(const Licence& licence, const std::string& party) {
  const auto in = [&](const std::vector<std::string>& list) {
    return std::ranges::find(list, party) != list.end();
  };
  return in(licence.consignees) || in(licence.end_users);
}

Result<void> eus_rule(const Case& found) {
  const Body body = found.body();
  const RowN site = found.tables().sites.find(body.text("site"));
  if (site == no_row) return refusal("site.unknown", body.text("site"));
  if (found.tables().sites[site].party != found.org) {
    return refusal("site.not_yours", body.text("site") + " belongs to " +
                                         found.state.party_name(found.tables().sites[site].party));
  }
  if (!body.boolean("no_resale")) {
    return refusal("eus.resale", "an end user promises not to sell on");
  }
  if (body.has("valid_to") && body.time("valid_to") <= found.context.accepted_at) {
    return refusal("eus.expired", "ended at " + body.text("valid_to"));
  }
  if (!body.has("licence")) return {};
  const RowN licence = found.tables().licences.find(body.text("licence"));
  if (licence == no_row) return refusal("licence.unknown", body.text("licence"));
  if (licence_names(found.tables().licences[licence], found.state.party_name(found.org))) return {};
  return refusal("eus.not_end_user", found.state.party_name(found.org) +
                                         " is neither consignee nor end user of licence " +
                                         body.text("licence"));
}

void eus_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& table = state.tables().end_uses;
  const std::string key = found.state.party_name(found.org) + "/" + body.text_or_empty("licence");
  RowN row = table.find(key);
  if (row == no_row) row = table.add({.id = key, .party = found.org, .use = {}});
  EndUse& use = table.edit(row);
  use.site = state.tables().sites.find(body.text("site"));
  use.use = body.text("use");
  use.paper = body.hash("statement");
  use.valid_to = body.has("valid_to") ? body.time("valid_to") : Timestamp{};
  use.index = state.now_index();
}

Result<void> screen_rule(const Case& found) {
  const Body body = found.body();
  for (const std::string& party : body.list("parties")) {
    if (found.tables().parties.find(party) == no_row) return refusal("party.unknown", party);
    if (party == found.state.party_name(found.org)) {
      return refusal("screen.self", party + " does not screen itself");
    }
  }
  if (body.list("parties").empty()) return refusal("screen.nobody", "names no party");
  const Timestamp as_of = body.time("as_of");
  const Timestamp now = found.context.accepted_at;
  if (as_of > now) return refusal("screen.lists_ahead", "lists of " + as_of.to_string());
  const std::uint64_t days = screening_days(found);
  if (static_cast<std::uint64_t>((now.ms - as_of.ms) / ms_per_day) < days) return {};
  return refusal("screen.stale", "lists of " + as_of.to_string() + ", want them within " +
                                     std::to_string(days) + " days");
}

/// Whether results of the signing party count for everybody.
bool is_official(const Case& found) {
  const RoleSet has = found.tables().parties[found.org].roles;
  return (has & roles({Role::registrar, Role::authority})) != 0;
}

void screen_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& table = state.tables().screened;
  const std::string screener = is_official(found) ? "*" : found.state.party_name(found.org);
  for (const std::string& name : body.list("parties")) {
    const RowN party = state.tables().parties.find(name);
    const std::string key = screener + "/" + name;
    RowN row = table.find(key);
    if (row == no_row) row = table.add({.id = key, .party = party, .verdict = {}});
    Screened& screened = table.edit(row);
    screened.by = found.org;
    screened.verdict = body.text("verdict");
    screened.at_ms = state.now_ms();
    screened.lists = body.hash("lists");
    screened.index = state.now_index();
    // It stays open until an authority closes it; what was released before stands.
    if (screened.verdict == "hit") open_finding(state, party, "screen.hit");
  }
}

constexpr std::array<Field, 6> eus_fields{{{"statement", FieldType::hash},
                                           {"site", FieldType::name},
                                           {"use", FieldType::text},
                                           {"no_resale", FieldType::boolean},
                                           {"licence", FieldType::name, false},
                                           {"valid_to", FieldType::time, false}}};
constexpr std::array<Field, 6> screen_fields{{{"parties", FieldType::names},
                                              {"lists", FieldType::hash},
                                              {"as_of", FieldType::time},
                                              {"verdict", FieldType::text, true, "pass|review|hit"},
                                              {"score", FieldType::decimal, false},
                                              {"reviewer", FieldType::hash, false}}};

constexpr std::array<Kind, 2> screening_rows{{
    {.code = "D5",
     .name = "eus.submit",
     .signers = "the end user",
     .body = eus_fields,
     .change = "no chip; replaces its former statement",
     .guard = "own site; promises not to sell on; named by the licence that it names",
     .rule = eus_rule,
     .effect = eus_effect},
    {.code = "D6",
     .name = "screen.result",
     .signers = "anyone for itself; registrar or authority for everybody",
     .body = screen_fields,
     .change = "no chip; a hit opens a finding against each party",
     .guard = "parties known, not the signer itself; lists as fresh as the policy asks",
     .rule = screen_rule,
     .effect = screen_effect},
}};

}  // namespace

std::span<const Kind> screening_kinds() { return screening_rows; }

}  // namespace muster::registry
