#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

Result<void> at_a_chokepoint(const Case& found) {
  const Site& site = found.tables().sites[found.site];
  if (site.kind == "chokepoint") return {};
  return refusal("site.not_chokepoint", site.id + " is a " + site.kind);
}

Result<void> checkin_rule(const Case& found) {
  MUSTER_TRY(at_a_chokepoint(found));
  const std::string& id = found.body().text("shipment");
  const RowN row = found.tables().shipments.find(id);
  if (row == no_row) return refusal("shipment.unknown", id);
  for (const RowN chip : found.chips) {
    if (found.chip(chip).shipment == row) continue;
    return refusal("shipment.other_chip",
                   chip_text(found.state, chip) + " and not part of shipment " + id);
  }
  return {};
}

void checkin_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) state.touch(chip).transport = Transport::at_chokepoint;
}

Result<void> hold_rule(const Case& found) {
  const RowN old = found.tables().holds.find(found.body().text("hold"));
  if (old == no_row) return {};
  return id_in_use(found.state, "hold.exists", found.body().text("hold"),
                   found.tables().holds[old].index);
}

void hold_effect(State& state, const Case& found) {
  const Body body = found.body();
  const RowN hold = state.tables().holds.add({.id = body.text("hold"),
                                              .authority = found.org,
                                              .basis = body.text("basis"),
                                              .index = state.now_index()});
  for (const RowN chip : found.chips) state.add_hold(chip, hold);
}

/// The holds that the body lifts, all of the signing authority.
Result<std::vector<RowN>> holds_to_lift(const Case& found) {
  std::vector<RowN> list;
  for (const std::string& id : found.body().list("holds")) {
    const RowN hold = found.tables().holds.find(id);
    if (hold == no_row) return refusal("hold.unknown", id);
    if (found.tables().holds[hold].authority != found.org) {
      return refusal(
          "hold.not_yours",
          id + " was set by " + found.state.party_name(found.tables().holds[hold].authority));
    }
    list.push_back(hold);
  }
  return list;
}

Result<void> may_depart(const Case& found, RowN chip, std::size_t lifted) {
  if (!found.body().boolean("depart")) return {};
  const ChipState& now = found.chip(chip);
  if (now.transport != Transport::at_chokepoint) {
    return refusal("chip.wrong_transport", chip_text(found.state, chip) + ", " +
                                               std::string(name_of(now.transport)) +
                                               ", want at chokepoint");
  }
  // What turned up at a chokepoint is on no way: it is let in there, or stays.
  if (now.shipment == no_row) {
    return refusal("release.none", chip_text(found.state, chip) + ", want an open release");
  }
  if (now.holds == lifted) return {};
  return refusal("hold.remains", chip_text(found.state, chip) + ": " +
                                     std::to_string(now.holds - lifted) + " holds remain");
}

Result<void> clear_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const std::vector<RowN> holds, holds_to_lift(found));
  if (holds.empty() && !found.body().boolean("depart")) {
    return refusal("choke.nothing", "names no hold and lets nothing depart");
  }
  for (const RowN chip : found.chips) {
    for (const RowN hold : holds) {
      if (found.state.find_held(chip, hold) != no_row) continue;
      return refusal("hold.not_on_chip", chip_text(found.state, chip) + ", not under hold " +
                                             found.tables().holds[hold].id);
    }
    MUSTER_TRY(may_depart(found, chip, holds.size()));
  }
  return {};
}

void clear_effect(State& state, const Case& found) {
  const auto holds = holds_to_lift(found).value();
  for (const RowN chip : found.chips) {
    for (const RowN hold : holds) state.lift_hold(chip, hold);
    ChipState& now = state.touch(chip);
    if (found.body().boolean("depart")) now.transport = Transport::with_carrier;
  }
}

/// An inspection of goods that a plan's draw chose quotes the opening of its lines.
Result<void> draw_is_known(const Case& found) {
  const Body body = found.body();
  if (!body.has("plan") && !body.has("opening")) return {};
  if (!body.has("plan") || !body.has("opening")) {
    return refusal("choke.draw", "goods that a draw chose: want both plan and opening");
  }
  const RowN plan = found.tables().plans.find(body.text("plan"));
  if (plan == no_row) return refusal("plan.unknown", body.text("plan"));
  const auto index = found.state.statement_index(body.hash("opening"));
  const auto opens = [&](const SealedSite& site) {
    return index && site.plan == plan && site.opened == *index;
  };
  if (std::ranges::any_of(found.tables().sealed_sites.rows(), opens)) return {};
  return refusal("choke.draw", body.text("opening") + " is no draw.open of that plan");
}

Result<void> inspect_rule(const Case& found) {
  MUSTER_TRY(at_a_chokepoint(found));
  const std::string& id = found.body().text("inspection");
  const auto& inspections = found.tables().choke_inspections;
  if (const RowN old = inspections.find(id); old != no_row) {
    return id_in_use(found.state, "inspection.exists", id, inspections[old].index);
  }
  return draw_is_known(found);
}

void inspect_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& tables = state.tables();
  tables.choke_inspections.add(
      {.id = body.text("inspection"),
       .site = found.site,
       .level = body.text("level"),
       .result = body.text("result"),
       .plan = body.has("plan") ? tables.plans.find(body.text("plan")) : no_row,
       .units = static_cast<std::uint32_t>(found.chips.size()),
       .index = state.now_index()});
  const bool looked_at = body.text("level") == "mark" || body.text("level") == "powered";
  if (!looked_at || body.text("result") != "conformant") return;
  for (const RowN chip : found.chips) state.show(chip);
}

constexpr std::array<Field, 6> inspect_fields{
    {{"inspection", FieldType::name},
     {"method", FieldType::text},
     {"level", FieldType::text, true, "paper|seal|mark|powered"},
     {"result", FieldType::text, true, "conformant|nonconformant|inconclusive"},
     {"plan", FieldType::name, false},
     {"opening", FieldType::hash, false}}};
constexpr std::array<Field, 4> checkin_fields{{{"shipment", FieldType::name},
                                               {"filing", FieldType::text, false},
                                               {"declared_count", FieldType::integer},
                                               {"seal", FieldType::text, false}}};
constexpr std::array<Field, 3> hold_fields{
    {{"hold", FieldType::name}, {"basis", FieldType::text}, {"until", FieldType::time, false}}};
constexpr std::array<Field, 2> clear_fields{
    {{"holds", FieldType::names, false}, {"depart", FieldType::boolean}}};

constexpr std::array<Kind, 4> border_rows{{
    {.code = "F1",
     .name = "choke.checkin",
     .signers = "officer of an authority",
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::chips,
     .expects = Expects::optional,
     .site = true,
     .body = checkin_fields,
     .needs = {.transport = one_of({Transport::with_carrier}), .release = true, .no_hold = true},
     .change = "with carrier -> at chokepoint",
     .guard = "site is a chokepoint of the authority; chips of that shipment, handed to a carrier, "
              "under no hold",
     .rule = checkin_rule,
     .effect = checkin_effect,
     .correctable = true},
    {.code = "F2",
     .name = "choke.inspect",
     .signers = "officer of an authority",
     .observes = true,
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::chips,
     .expects = Expects::optional,
     .site = true,
     .body = inspect_fields,
     .needs = {.transport = one_of({Transport::at_chokepoint}), .not_missing = false},
     .change = "no chip: an observation",
     .guard = "site is a chokepoint of the authority, goods at a chokepoint; inspection id new; a "
              "draw that chose them is quoted with its plan",
     .rule = inspect_rule,
     .effect = inspect_effect,
     .correctable = true},
    {.code = "F3",
     .name = "choke.hold",
     .signers = "officer of an authority",
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::chips,
     .expects = Expects::optional,
     .body = hold_fields,
     .needs = {.not_seized = false},
     .change = "any -> + hold",
     .guard = "hold id new; holds stack",
     .rule = hold_rule,
     .effect = hold_effect,
     .correctable = true},
    {.code = "F4",
     .name = "choke.clear",
     .signers = "officer of the authority that set the holds",
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::chips,
     .expects = Expects::optional,
     .body = clear_fields,
     .needs = {.not_seized = false},
     .change = "- the holds named; at chokepoint -> with carrier if it departs",
     .guard = "own holds, on every chip named; departs only released and without any hold",
     .rule = clear_rule,
     .effect = clear_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> border_kinds() { return border_rows; }

}  // namespace muster::registry
