#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/kinds/holders.hpp"

namespace muster::registry {
namespace {

/// Chips and holders that change places, all of one parent.
struct Swap {
  std::vector<RowN> out;
  std::vector<RowN> in;
};

enum SwapColumn : std::size_t { swap_goes };

Swap swap_of(const Case& found) {
  Swap swap;
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const bool out = found.event.items.cell(i, swap_goes).text == "out";
    (out ? swap.out : swap.in).push_back(found.chips[i]);
  }
  return swap;
}

Result<void> leaves(const Case& found, RowN chip, RowN parent) {
  if (found.chip(chip).parent == parent) return {};
  return refusal("holder.not_in",
                 chip_text(found.state, chip) + ", not in " + found.tables().holders[parent].id);
}

Result<void> comes_in(const Case& found, RowN chip) {
  const ChipState& now = found.chip(chip);
  if (now.place != Place::loose) {
    return refusal("chip.wrong_place", chip_text(found.state, chip) + ", " +
                                           std::string(name_of(now.place)) + ", want loose");
  }
  if (now.life == Life::passed) return {};
  return refusal("chip.wrong_life", chip_text(found.state, chip) + ", life " +
                                        std::string(name_of(now.life)) + ", want passed");
}

Result<void> swap_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY_ASSIGN(const RowN parent, own_holder(found, body.text("parent")));
  MUSTER_TRY(parent_takes(found, {body.text("parent"), found.tables().holders[parent].kind, {}}));
  if (found.tables().holders[parent].is_container()) {
    return refusal("holder.other_kind", body.text("parent") + " is a container: unpack it");
  }
  MUSTER_TRY(chips_are_here(found));
  const Swap swap = swap_of(found);
  if (swap.out.empty() || swap.out.size() != swap.in.size()) {
    return refusal("swap.uneven", std::to_string(swap.out.size()) + " go out, " +
                                      std::to_string(swap.in.size()) +
                                      " come in: want as many, and at least one");
  }
  for (const RowN chip : swap.out) MUSTER_TRY(leaves(found, chip, parent));
  for (const RowN chip : swap.in) MUSTER_TRY(comes_in(found, chip));
  return {};
}

void swap_effect(State& state, const Case& found) {
  const RowN parent = state.tables().holders.find(found.body().text("parent"));
  const Swap swap = swap_of(found);
  for (const RowN chip : swap.out) take_out(state, chip);
  for (const RowN chip : swap.in) {
    state.set_parent(chip, parent);
    state.touch(chip).place = Place::in_assembly;
  }
}

constexpr std::array<Field, 2> swap_fields{
    {{"parent", FieldType::name},
     {.name = "cause", .type = FieldType::text, .weight = Weight::remark}}};
constexpr std::array<Field, 1> swap_columns{{{"goes", FieldType::text, true, "in|out"}}};

constexpr std::array<Kind, 1> swap_rows{{
    {.code = "C3",
     .name = "asm.swap",
     .signers = "the custodian",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .site = true,
     .body = swap_fields,
     .columns = swap_columns,
     .needs = with_place(own_and_free, one_of({Place::loose, Place::in_assembly})),
     .change = "in the assembly -> loose, and loose -> in the assembly, at once",
     .guard = "as many in as out; those that go out stand in that parent; not installed",
     .rule = swap_rule,
     .effect = swap_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> swap_kinds() { return swap_rows; }

}  // namespace muster::registry
