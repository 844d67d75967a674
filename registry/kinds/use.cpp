#include <algorithm>
#include <unordered_set>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t slot_column = 0;

std::string slot_of(const Case& found, std::size_t item) {
  if (found.holder != no_row) return {};
  const Cell& cell = found.event.items.cell(item, slot_column);
  if (cell.type == Cell::Type::absent) return {};
  return *found.event.header.site + "/" + found.body().text_or_empty("rack") + "/" +
         std::string(cell.text);
}

tl::unexpected<Error> slot_taken(const Case& found, const std::string& slot) {
  const RowN row = found.tables().slots.find(slot);
  const RowN chip = row == no_row ? no_row : found.tables().slots[row].chip;
  const bool twice = chip == no_row || std::ranges::find(found.chips, chip) != found.chips.end();
  return refusal("slot.taken", twice ? slot + ", given to two chips of this statement"
                                     : slot + ", by chip " + found.state.chip_id(chip).to_string());
}

Result<void> may_stand_here(const Case& found, RowN chip) {
  const auto& sites = found.tables().sites;
  const Site& here = sites[found.site];
  const Site& was = sites[found.chip(chip).site];
  if (was.country != here.country) {
    return refusal("border.needs_release",
                   chip_text(found.state, chip) + " in " + was.country + ", got " + here.country);
  }
  const RowN row = licence_of(found.tables(), found.chip(chip));
  if (row == no_row) return {};
  const Licence& licence = found.tables().licences[row];
  const auto outside = [&](const std::string& what) {
    return refusal("install.outside_licence", chip_text(found.state, chip) + ", licence " +
                                                  licence.id + " does not cover " + what);
  };
  const auto in = [](const std::vector<std::string>& list, const std::string& value) {
    return std::ranges::find(list, value) != list.end();
  };
  if (!in(licence.countries, here.country)) return outside(here.country);
  const auto& users = licence.end_users.empty() ? licence.consignees : licence.end_users;
  const std::string user = found.state.party_name(found.org);
  return in(users, user) ? Result<void>() : outside("use by " + user);
}

Result<void> install_rule(const Case& found) {
  std::unordered_set<std::string> brought;
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    MUSTER_TRY(may_stand_here(found, found.chips[i]));
    const std::string slot = slot_of(found, i);
    if (slot.empty()) continue;
    const RowN row = found.tables().slots.find(slot);
    const bool taken = row != no_row && found.tables().slots[row].chip != no_row;
    if (taken || !brought.insert(slot).second) return slot_taken(found, slot);
  }
  if (found.holder == no_row || !found.tables().holders[found.holder].is_container()) return {};
  return refusal("holder.other_kind", "a container is not installed: unpack it");
}

void install_effect(State& state, const Case& found) {
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const RowN chip = found.chips[i];
    state.move(chip, found.org, found.site);
    state.touch(chip).place = Place::installed;
    state.forget_exit_read(chip);
    const std::string slot = slot_of(found, i);
    if (!slot.empty()) state.occupy(slot, chip);
    const RowN parent = state.tables().chips[chip].parent;
    if (found.holder == no_row && parent != no_row) state.touch_holder(parent);
  }
  if (found.holder != no_row) state.tables().holders.edit(found.holder).site = found.site;
}

void uninstall_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) leave_site(state, chip);
  if (found.holder != no_row) state.tables().holders.edit(found.holder).site = no_row;
}

Result<void> uninstall_rule(const Case& found) {
  for (const RowN chip : found.chips) {
    if (found.chip(chip).place == Place::installed) continue;
    return refusal("chip.wrong_place", chip_text(found.state, chip) + ", want installed");
  }
  return {};
}

/// Slots that the moved chips leave are free for them.
Result<void> slots_are_free(const Case& found) {
  const std::unordered_set<RowN> moved(found.chips.begin(), found.chips.end());
  std::unordered_set<std::string> brought;
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const std::string slot = slot_of(found, i);
    if (slot.empty()) continue;
    const RowN row = found.tables().slots.find(slot);
    const RowN other = row == no_row ? no_row : found.tables().slots[row].chip;
    const bool taken = other != no_row && !moved.contains(other);
    if (taken || !brought.insert(slot).second) return slot_taken(found, slot);
  }
  return {};
}

Result<void> relocate_rule(const Case& found) {
  for (const RowN chip : found.chips) MUSTER_TRY(may_stand_here(found, chip));
  return slots_are_free(found);
}

void relocate_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) state.vacate(chip);
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const RowN chip = found.chips[i];
    state.move(chip, found.org, found.site);
    state.touch(chip);
    const std::string slot = slot_of(found, i);
    if (!slot.empty()) state.occupy(slot, chip);
    const RowN parent = state.tables().chips[chip].parent;
    if (found.holder == no_row && parent != no_row) state.touch_holder(parent);
  }
  if (found.holder != no_row) state.tables().holders.edit(found.holder).site = found.site;
}

constexpr std::array<Field, 2> install_fields{
    {{"rack", FieldType::name, false}, {"purpose", FieldType::text, false}}};
constexpr std::array<Field, 1> install_columns{{{"slot", FieldType::name, false}}};
constexpr std::array<Field, 1> uninstall_fields{{{"cause", FieldType::text}}};
constexpr std::array<Field, 2> relocate_fields{
    {{"cause", FieldType::text}, {"rack", FieldType::name, false}}};

constexpr ChipNeeds installable{.life = one_of({Life::passed}),
                                .place = one_of({Place::loose, Place::in_assembly}),
                                .transport = one_of({Transport::at_site}),
                                .custodian = true,
                                .no_release = true,
                                .no_hold = true,
                                .no_quarantine = true};

constexpr std::array<Kind, 3> use_rows{{
    {.code = "G1",
     .name = "install",
     .signers = "the custodian",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .site = true,
     .body = install_fields,
     .columns = install_columns,
     .needs = installable,
     .change = "loose or in an assembly -> installed",
     .guard = "site in the country of the chip and of its licence, party among its end users; slot "
              "free",
     .rule = install_rule,
     .effect = install_effect,
     .correctable = true},
    {.code = "G2",
     .name = "uninstall",
     .signers = "the custodian",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = uninstall_fields,
     .needs = {.transport = one_of({Transport::at_site}), .custodian = true, .no_hold = true},
     .change = "installed -> loose or in its assembly",
     .guard = "an assembly: every chip in it is installed",
     .rule = uninstall_rule,
     .effect = uninstall_effect,
     .correctable = true},
    {.code = "G2b",
     .name = "relocate",
     .signers = "the custodian",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .site = true,
     .body = relocate_fields,
     .columns = install_columns,
     .needs = with_place(installable, one_of({Place::installed})),
     .change = "installed -> installed elsewhere",
     .guard = "as install; a slot that one of the moved chips leaves is free for another",
     .rule = relocate_rule,
     .effect = relocate_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> use_kinds() { return use_rows; }

}  // namespace muster::registry
