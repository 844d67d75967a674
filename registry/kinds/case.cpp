#include <algorithm>
#include <set>

#include "registry/chip_rules.hpp"
#include "registry/correction.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

Result<RowN> named_party(const Case& found, const std::string& id) {
  const RowN row = found.tables().parties.find(id);
  if (row == no_row) return refusal("party.unknown", id);
  return row;
}

/// The shipment that the body names, or nothing.
Result<RowN> named_shipment(const Case& found) {
  if (!found.body().has("shipment")) return no_row;
  const RowN row = found.tables().shipments.find(found.body().text("shipment"));
  if (row == no_row) return refusal("shipment.unknown", found.body().text("shipment"));
  return row;
}

bool is_authority(const Case& found) { return has_role(found, found.org, Role::authority); }

/// Who may say that something is wrong: a party of the shipment, the custodian, an authority.
Result<void> may_open(const Case& found, RowN shipment) {
  if (is_authority(found)) return {};
  if (shipment != no_row) {
    const Shipment& row = found.tables().shipments[shipment];
    if (row.sender == found.org || row.receiver == found.org) return {};
    return refusal("case.not_concerned", row.id + " goes from " +
                                             found.state.party_name(row.sender) + " to " +
                                             found.state.party_name(row.receiver));
  }
  for (const RowN chip : found.chips) {
    if (found.chip(chip).custodian == found.org) continue;
    return refusal("custody.not_custodian", chip_text(found.state, chip) + ", got " +
                                                found.state.party_name(found.org) + ", want " +
                                                found.state.party_name(found.chip(chip).custodian));
  }
  return {};
}

/// A case is charged to who could have done it: the other side of the shipment, or whoever has the
/// chips. Else two friends would close a case about the goods of a third by themselves.
Result<void> may_be_charged(const Case& found, RowN shipment) {
  const Body body = found.body();
  if (!body.has("against")) return {};
  MUSTER_TRY_ASSIGN(const RowN charged, named_party(found, body.text("against")));
  if (found.chips.empty() || is_authority(found)) return {};
  if (shipment != no_row) {
    const Shipment& row = found.tables().shipments[shipment];
    if (row.sender == charged || row.receiver == charged) return {};
  }
  const auto has = [&](RowN chip) { return found.chip(chip).custodian == charged; };
  if (std::ranges::all_of(found.chips, has)) return {};
  return refusal("case.not_concerned",
                 "against " + found.state.party_name(charged) +
                     ": want a party of the shipment, or the custodian of every chip");
}

/// Chips that came although they are not of the shipment: their finder takes them in quarantine.
Result<void> over_rule(const Case& found, RowN shipment) {
  if (shipment == no_row || found.tables().shipments[shipment].receiver != found.org) {
    return refusal("case.over", "wants the shipment in which they came, and its receiver");
  }
  if (found.site == no_row || found.tables().sites[found.site].party != found.org) {
    return refusal("site.missing", "wants the finder's site in the header");
  }
  const RowN sender = found.tables().shipments[shipment].sender;
  for (const RowN chip : found.chips) {
    const ChipState& now = found.chip(chip);
    if (now.shipment != no_row) {
      return refusal("release.open", chip_text(found.state, chip) + ", released in shipment " +
                                         found.tables().shipments[now.shipment].id);
    }
    if (now.custodian == found.org) {
      return refusal("case.over", chip_text(found.state, chip) + ", in own custody");
    }
    if (now.custodian == sender || authority_signs(found)) continue;
    return refusal("case.over", chip_text(found.state, chip) + ", in custody of " +
                                    found.state.party_name(now.custodian) + ", not of the sender " +
                                    found.state.party_name(sender) +
                                    ": wants the signature of an authority");
  }
  return {};
}

Result<void> in_shipment_or_free(const Case& found, RowN shipment) {
  for (const RowN chip : found.chips) {
    if (found.chip(chip).shipment == shipment) continue;
    return refusal("shipment.other_chip",
                   chip_text(found.state, chip) +
                       (shipment == no_row
                            ? ", released: name its shipment"
                            : ", not part of shipment " + found.tables().shipments[shipment].id));
  }
  return {};
}

Result<void> case_open_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY(case_is_new(found, body.text("case")));
  if (found.chips.empty() && !body.has("quantity")) {
    return refusal("subjects.empty", "wants chips, or a quantity of items without an id");
  }
  MUSTER_TRY_ASSIGN(const RowN shipment, named_shipment(found));
  MUSTER_TRY(may_be_charged(found, shipment));
  if (body.text("kind") == "over" && !found.chips.empty()) return over_rule(found, shipment);
  MUSTER_TRY(may_open(found, shipment));
  return in_shipment_or_free(found, shipment);
}

/// Whom a case is charged to: the party named, else the sender, else the custodian.
RowN charged(const Case& found, RowN shipment) {
  const auto& tables = found.tables();
  if (found.body().has("against")) return tables.parties.find(found.body().text("against"));
  if (shipment != no_row) return tables.shipments[shipment].sender;
  return found.chips.empty() ? found.org : found.chip(found.chips.front()).custodian;
}

void case_open_effect(State& state, const Case& found) {
  const Body body = found.body();
  const RowN shipment = named_shipment(found).value();
  const std::string& kind = body.text("kind");
  const RowN file = add_case(state, body.text("case"), kind, found.org, charged(found, shipment));
  state.tables().cases.edit(file).shipment = shipment;
  state.tables().cases.edit(file).quantity = body.integer_or("quantity", 0);
  for (const RowN chip : found.chips) {
    if (kind == "over") {
      take_out(state, chip);
      state.move(chip, found.org, found.site);
      state.touch(chip).transport = Transport::at_site;
    }
    state.touch(chip).set(kind == "short" ? Flag::missing : Flag::quarantine);
    state.open_line(file, chip, kind);
  }
}

Result<void> report_rule(const Case& found) {
  return case_is_new(found, found.body().text("case"));
}

void report(State& state, const Case& found, const std::string& kind) {
  const RowN file = add_case(state, found.body().text("case"), kind, found.org,
                             found.chip(found.chips.front()).custodian);
  for (const RowN chip : found.chips) state.open_line(file, chip, kind);
}

void tamper_effect(State& state, const Case& found) { report(state, found, "tamper"); }
void divert_effect(State& state, const Case& found) { report(state, found, "diverted"); }

constexpr std::array<Field, 6> case_open_fields{
    {{"case", FieldType::name},
     {"kind", FieldType::text, true, "short|over|instance|class|damaged|data_missing"},
     {.name = "text", .type = FieldType::text, .weight = Weight::remark},
     {"shipment", FieldType::name, false},
     {"against", FieldType::name, false},
     {"quantity", FieldType::positive, false}}};
constexpr std::array<Field, 3> report_fields{
    {{"case", FieldType::name},
     {"evidence", FieldType::hash},
     {.name = "basis", .type = FieldType::text, .weight = Weight::remark}}};

constexpr std::array<Kind, 3> case_rows{{
    {.code = "J1",
     .name = "discrepancy.open",
     .signers = "a party of the shipment, the custodian, or an authority",
     .suspended = Suspended::may,
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .body = case_open_fields,
     .needs = {.life = made_or_later,
               .transport =
                   one_of({Transport::at_site, Transport::with_carrier, Transport::at_receiver}),
               .no_hold = true,
               .no_quarantine = true},
     .change = "held or released -> missing if short, else in quarantine; what came over, in the "
               "finder's custody",
     .guard =
         "case id new; chips of the shipment, if one is named; over: of the sender, or with an "
         "authority; against a party of the shipment or the custodian of every chip, unless an "
         "authority opens it",
     .rule = case_open_rule,
     .effect = case_open_effect,
     .correctable = true},
    {.code = "J6",
     .name = "tamper.report",
     .signers = "any party",
     .observes = true,
     .suspended = Suspended::may,
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::optional,
     .body = report_fields,
     .needs = {.not_seized = false, .not_lost = false, .not_missing = false},
     .change = "any + tamper, until an authority rules; no chip is touched",
     .guard = "case id new",
     .rule = report_rule,
     .effect = tamper_effect,
     .correctable = true},
    {.code = "J6b",
     .name = "divert.report",
     .signers = "any party",
     .observes = true,
     .suspended = Suspended::may,
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::optional,
     .body = report_fields,
     .needs = {.not_seized = false, .not_lost = false, .not_missing = false},
     .change = "any + diverted, until an authority rules; no chip is touched",
     .guard = "case id new",
     .rule = report_rule,
     .effect = divert_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> case_kinds() { return case_rows; }

Result<void> case_is_new(const Case& found, const std::string& id) {
  const RowN row = found.tables().cases.find(id);
  if (row == no_row) return {};
  return id_in_use(found.state, "case.exists", id, found.tables().cases[row].index);
}

RowN add_case(State& state, const std::string& id, const std::string& kind, RowN opener,
              RowN against) {
  return state.tables().cases.add(
      {.id = id, .kind = kind, .opener = opener, .against = against, .index = state.now_index()});
}

}  // namespace muster::registry
