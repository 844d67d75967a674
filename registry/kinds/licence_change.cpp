#include <algorithm>

#include "registry/draw.hpp"
#include "registry/kinds/licence_terms.hpp"

namespace muster::registry {
namespace {

/// The licence that the body names: of the signing authority, not revoked.
Result<RowN> own_licence(const Case& found) {
  const std::string& id = found.body().text("licence");
  const RowN row = found.tables().licences.find(id);
  if (row == no_row) return refusal("licence.unknown", id);
  const Licence& licence = found.tables().licences[row];
  if (licence.authority != found.org) {
    return refusal("licence.not_yours",
                   id + " was granted by " + found.state.party_name(licence.authority));
  }
  if (licence.revoked != no_index) {
    return refusal("licence.revoked",
                   id + " by entry " + std::to_string(licence.revoked) + ": nothing follows");
  }
  return row;
}

/// Where the licence or a new cap would allow less than is drawn, in words; empty where none does.
std::string below_drawn(const Case& found, RowN row) {
  const Licence& licence = found.tables().licences[row];
  const Body body = found.body();
  const auto below = [](const char* what, std::uint64_t most, std::uint64_t drawn) {
    if (most == 0 || drawn <= most) return std::string();
    return std::string(what) + ": got " + std::to_string(most) + ", drawn " + std::to_string(drawn);
  };
  const std::string units = below("max_units", body.integer_or("max_units", 0), licence.units);
  if (!units.empty()) return units;
  const std::string tpp = below("max_tpp", body.integer_or("max_tpp", 0), licence.tpp);
  if (!tpp.empty() || !body.has("caps")) return tpp;
  for (const Body& record : body.records("caps")) {
    const Cap cap = cap_of(record, licence.id, row);
    for (const CapUse& use : uses_so_far(found.state, cap)) {
      const std::string over = overrun_text(cap, use);
      if (!over.empty()) return over;
    }
  }
  return {};
}

/// A cap may fall below what is drawn only beside an open finding about who drew, or who got it.
Result<void> finding_stands(const Case& found, const Licence& licence, const std::string& what) {
  const Body body = found.body();
  if (!body.has("finding")) {
    return refusal("licence.below_drawn", what + ": name the open finding that answers for it");
  }
  const RowN row = found.tables().findings.find(body.text("finding"));
  if (row == no_row) return refusal("finding.unknown", body.text("finding"));
  const RowN about = found.tables().findings[row].party;
  const std::string party = found.state.party_name(about);
  if (about != licence.licensee &&
      std::ranges::find(licence.consignees, party) == licence.consignees.end()) {
    return refusal("finding.other_party", body.text("finding") + " is about " + party +
                                              ", want the licensee or a consignee of " +
                                              licence.id);
  }
  const Index32 closed = found.tables().findings[row].closed;
  if (closed == no_index) return {};
  return refusal("finding.closed",
                 body.text("finding") + " was closed by entry " + std::to_string(closed));
}

Result<void> amended_caps(const Case& found, const Licence& licence) {
  const Body body = found.body();
  const auto standing = [&](const std::string& name) {
    const RowN row = found.tables().caps.find(licence.id + "/" + name);
    return row != no_row && found.tables().caps[row].ended == no_index;
  };
  for (const std::string& name : body.list("end_caps")) {
    if (!standing(name)) return refusal("licence.cap_unknown", licence.id + "/" + name);
  }
  if (!body.has("caps")) return {};
  for (const Body& cap : body.records("caps")) {
    const std::string id = licence.id + "/" + cap.text("cap");
    const RowN old = found.tables().caps.find(id);
    if (old == no_row) continue;
    const Index32 ended = found.tables().caps[old].ended;
    return refusal(
        "licence.cap_exists",
        id + (ended == no_index ? " is in force" : " was ended by entry " + std::to_string(ended)) +
            ", want a name that is new");
  }
  return caps_are_sound(body, named_by(body, {licence.consignees, licence.end_users,
                                              licence.countries, licence.products}));
}

Result<void> amend_licence_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, own_licence(found));
  const Licence& licence = found.tables().licences[row];
  const Body body = found.body();
  // Its name and the reason change nothing.
  if (body.json().size() <= 2) return refusal("licence.no_change", licence.id);
  MUSTER_TRY(named_are_known(found, named_by(body)));
  MUSTER_TRY(amended_caps(found, licence));
  if (body.has("until") && body.time("until") <= licence.from) {
    return refusal("licence.until", "ends before it begins, at " + licence.from.to_string());
  }
  const std::string below = below_drawn(found, row);
  return below.empty() ? Result<void>() : finding_stands(found, licence, below);
}

void amend_licence_effect(State& state, const Case& found) {
  const Body body = found.body();
  Tables& tables = state.tables();
  const RowN row = tables.licences.find(body.text("licence"));
  Licence& licence = tables.licences.edit(row);
  Named named =
      named_by(body, {licence.consignees, licence.end_users, licence.countries, licence.products});
  licence.consignees = std::move(named.consignees);
  licence.end_users = std::move(named.end_users);
  licence.countries = std::move(named.countries);
  licence.products = std::move(named.products);
  licence.max_units = body.integer_or("max_units", licence.max_units);
  licence.max_tpp = body.integer_or("max_tpp", licence.max_tpp);
  if (body.has("until")) licence.to = body.time("until");
  for (const std::string& name : body.list("end_caps")) {
    tables.caps.edit(tables.caps.find(licence.id + "/" + name)).ended = state.now_index();
  }
  add_caps(state, body, row);
}

/// When a suspension or revocation takes hold: never before the statement that says so.
Result<void> takes_hold_later(const Case& found) {
  if (!found.body().has("effective")) return {};
  const Timestamp effective = found.body().time("effective");
  if (effective >= found.context.accepted_at) return {};
  return refusal("licence.effective", "got " + effective.to_string() + ", want " +
                                          found.context.accepted_at.to_string() +
                                          " or later: what was released stands");
}

Timestamp effective_time(const State& state, const Case& found) {
  return found.body().has("effective") ? found.body().time("effective") : Timestamp{state.now_ms()};
}

Result<void> suspend_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, own_licence(found));
  const Licence& licence = found.tables().licences[row];
  if (licence.suspended != no_index) {
    return refusal("licence.suspended",
                   licence.id + " by entry " + std::to_string(licence.suspended));
  }
  return takes_hold_later(found);
}

void suspend_effect(State& state, const Case& found) {
  auto& licences = state.tables().licences;
  Licence& licence = licences.edit(licences.find(found.body().text("licence")));
  licence.suspended = state.now_index();
  licence.suspended_from = effective_time(state, found);
}

Result<void> resume_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, own_licence(found));
  if (found.tables().licences[row].suspended != no_index) return {};
  return refusal("licence.not_suspended", found.tables().licences[row].id);
}

void resume_effect(State& state, const Case& found) {
  auto& licences = state.tables().licences;
  Licence& licence = licences.edit(licences.find(found.body().text("licence")));
  licence.suspended = no_index;
  licence.suspended_from = {};
}

Result<void> revoke_licence_rule(const Case& found) {
  MUSTER_TRY(own_licence(found));
  return takes_hold_later(found);
}

void revoke_licence_effect(State& state, const Case& found) {
  auto& licences = state.tables().licences;
  Licence& licence = licences.edit(licences.find(found.body().text("licence")));
  licence.revoked = state.now_index();
  licence.revoked_from = effective_time(state, found);
}

constexpr std::array<Field, 13> amend_licence_fields{
    {{"licence", FieldType::name},
     {"reason", FieldType::text},
     {"consignees", FieldType::names, false},
     {"end_users", FieldType::names, false},
     {"countries", FieldType::countries, false},
     {"products", FieldType::names, false},
     {"max_units", FieldType::positive, false},
     {"max_tpp", FieldType::positive, false},
     {"caps", FieldType::records, false, {}, cap_fields},
     {"end_caps", FieldType::names, false},
     {"until", FieldType::time, false},
     {"conditions", FieldType::text, false},
     {"finding", FieldType::name, false}}};
constexpr std::array<Field, 3> licence_end_fields{{{"licence", FieldType::name},
                                                   {"reason", FieldType::text},
                                                   {"effective", FieldType::time, false}}};
constexpr std::array<Field, 2> licence_resume_fields{
    {{"licence", FieldType::name}, {"reason", FieldType::text}}};

constexpr std::array<Kind, 4> licence_change_rows{{
    {.code = "D2a",
     .name = "licence.amend",
     .signers = "the authority that granted it",
     .weighty = true,
     .roles = roles({Role::authority}),
     .body = amend_licence_fields,
     .change = "no chip; what is given replaces what stands, caps are added or ended",
     .guard = "not revoked; no cap below what is drawn without an open finding about the licensee "
              "or a consignee",
     .rule = amend_licence_rule,
     .effect = amend_licence_effect},
    {.code = "D2b",
     .name = "licence.suspend",
     .signers = "the authority that granted it",
     .roles = roles({Role::authority}),
     .body = licence_end_fields,
     .change = "no chip; nothing is drawn until it is resumed",
     .guard = "neither revoked nor suspended; from now or later on: what was released stands",
     .rule = suspend_rule,
     .effect = suspend_effect},
    {.code = "D2c",
     .name = "licence.resume",
     .signers = "the authority that granted it",
     .roles = roles({Role::authority}),
     .body = licence_resume_fields,
     .change = "no chip",
     .guard = "suspended, not revoked",
     .rule = resume_rule,
     .effect = resume_effect},
    {.code = "D2d",
     .name = "licence.revoke",
     .signers = "the authority that granted it",
     .weighty = true,
     .roles = roles({Role::authority}),
     .body = licence_end_fields,
     .change = "no chip; nothing is drawn any more",
     .guard = "not revoked; from now or later on: what was released stands",
     .rule = revoke_licence_rule,
     .effect = revoke_licence_effect},
}};

}  // namespace

std::span<const Kind> licence_change_kinds() { return licence_change_rows; }

}  // namespace muster::registry
