#include "registry/chip_rules.hpp"
#include "registry/draw.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

Result<void> seize_rule(const Case& found) {
  const std::string& id = found.body().text("seizure");
  if (const RowN old = found.tables().seizures.find(id); old != no_row) {
    return id_in_use(found.state, "seizure.exists", id, found.tables().seizures[old].index);
  }
  if (found.body().boolean("goods")) return {};
  // What is missing is charged to one party, under a case of the same name.
  MUSTER_TRY(case_is_new(found, id));
  const RowN custodian = found.chip(found.chips.front()).custodian;
  for (const RowN chip : found.chips) {
    if (found.chip(chip).custodian == custodian) continue;
    return refusal("seizure.custodians", chip_text(found.state, chip) + ", in custody of " +
                                             found.state.party_name(found.chip(chip).custodian) +
                                             ", others of " + found.state.party_name(custodian));
  }
  return {};
}

/// A seizure ends every release, and gives back what the licence says.
void end_releases(State& state, const Case& found) {
  auto& tables = state.tables();
  restore_on(state, found.chips, &ChipState::pending, "seizure");
  restore_on(state, found.chips, &ChipState::draw, "seizure");
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    keep_used(now);
    if (now.shipment != no_row) ++tables.shipments.edit(now.shipment).seized;
    now.shipment = no_row;
    now.leg = no_row;
    now.transport = Transport::at_site;
  }
}

/// What is seized by its root stays as it is packed; anything else leaves what it stands in.
void take_from_place(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    if (found.holder == no_row) {
      take_out(state, chip);
    } else {
      leave_site(state, chip);
    }
  }
  if (found.holder == no_row) return;
  Holder& holder = state.tables().holders.edit(found.holder);
  holder.shipment = no_row;
  holder.site = no_row;
  state.set_holder_custodian(found.holder, found.org);
}

void seize_effect(State& state, const Case& found) {
  const Body body = found.body();
  const bool goods = body.boolean("goods");
  state.tables().seizures.add({.id = body.text("seizure"),
                               .authority = found.org,
                               .basis = body.text("basis"),
                               .goods = goods,
                               .units = static_cast<std::uint32_t>(found.chips.size()),
                               .index = state.now_index()});
  const RowN charged = found.chip(found.chips.front()).custodian;
  // On the books alone: nobody has seen the chips, and they are asked for until they are found.
  const RowN file =
      goods ? no_row : add_case(state, body.text("seizure"), "short", found.org, charged);
  end_releases(state, found);
  take_from_place(state, found);
  for (const RowN chip : found.chips) {
    state.lift_holds(chip);
    if (state.tables().chips[chip].has(Flag::quarantine)) state.end_quarantine(chip, "seized");
    if (goods) state.end_missing(chip, "seized");
    if (goods) state.show(chip);
    state.move(chip, found.org, found.site);
    state.touch(chip).set(Flag::seized);
    if (goods || state.tables().chips[chip].has(Flag::missing)) continue;
    state.touch(chip).set(Flag::missing);
    state.open_line(file, chip, "short");
  }
}

Result<void> seized_rule(const Case& found) {
  for (const RowN chip : found.chips) {
    if (found.chip(chip).has(Flag::seized)) continue;
    return refusal("seizure.none", chip_text(found.state, chip));
  }
  return {};
}

void forfeit_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.clear(Flag::seized);
    now.life = Life::retired;
  }
}

void unseize_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) state.touch(chip).clear(Flag::seized);
}

constexpr std::array<Field, 3> seize_fields{
    {{"seizure", FieldType::name}, {"basis", FieldType::text}, {"goods", FieldType::boolean}}};
constexpr std::array<Field, 1> after_seizure_fields{{{"ruling", FieldType::text}}};

constexpr ChipNeeds seizable{.life = made_or_later, .not_missing = false};
constexpr ChipNeeds seized_before{
    .life = made_or_later, .custodian = true, .not_seized = false, .not_missing = false};

constexpr std::array<Kind, 3> seizure_rows{{
    {.code = "F5",
     .name = "choke.seize",
     .signers = "authority",
     .weighty = true,
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::chips,
     .expects = Expects::optional,
     .site = true,
     .body = seize_fields,
     .needs = seizable,
     .change = "any -> held by the authority, seized; on the books alone: missing as well",
     .guard = "seizure id new; ends an open release, holds and quarantine; gives draws back where "
              "the licence says so",
     .rule = seize_rule,
     .effect = seize_effect},
    {.code = "F5b",
     .name = "choke.forfeit",
     .signers = "the authority that has them",
     .weighty = true,
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = after_seizure_fields,
     .needs = seized_before,
     .change = "seized -> retired, held by the authority",
     .guard = "seized",
     .rule = seized_rule,
     .effect = forfeit_effect},
    {.code = "F5c",
     .name = "choke.unseize",
     .signers = "the authority that has them",
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = after_seizure_fields,
     .needs = seized_before,
     .change = "seized -> held by the authority, which releases them as any custodian does",
     .guard = "seized",
     .rule = seized_rule,
     .effect = unseize_effect},
}};

}  // namespace

std::span<const Kind> seizure_kinds() { return seizure_rows; }

}  // namespace muster::registry
