#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/kinds/holders.hpp"

namespace muster::registry {
namespace {

Group attach_group(const Case& found) {
  const Body body = found.body();
  return {body.text("parent"), body.text("type"), body.list("children")};
}

Group pack_group(const Case& found) {
  const Body body = found.body();
  return {body.text("container"), "container", body.list("children")};
}

std::size_t depth_of(const State& state, RowN holder) {
  std::size_t depth = 0;
  for (RowN at = holder; at != no_row; at = state.tables().holders[at].parent) ++depth;
  return depth;
}

std::size_t height_of(const State& state, RowN holder) {
  std::size_t height = 0;
  for (const RowN inner : state.inner_holders(holder)) {
    height = std::max(height, height_of(state, inner));
  }
  return height + 1;
}

Result<void> child_fits(const Case& found, const Group& group, const std::string& id) {
  MUSTER_TRY_ASSIGN(const RowN child, own_holder(found, id));
  const Holder& holder = found.tables().holders[child];
  if (holder.parent != no_row) {
    return refusal("holder.has_parent",
                   id + " stands in " + found.tables().holders[holder.parent].id);
  }
  if (holder.site != no_row) {
    return refusal("holder.installed", id + ", at " + found.tables().sites[holder.site].id);
  }
  if (holder.is_container() && group.kind != "container") {
    return refusal("holder.other_kind", "container " + id + " does not go into a " + group.kind);
  }
  const RowN parent = found.tables().holders.find(group.parent);
  if (id == group.parent) return refusal("holder.cycle", id);
  for (RowN at = parent; at != no_row; at = found.tables().holders[at].parent) {
    if (at == child) return refusal("holder.cycle", id + " holds " + group.parent);
  }
  const std::size_t depth = parent == no_row ? 1 : depth_of(found.state, parent);
  if (depth + height_of(found.state, child) > max_holder_depth) {
    return refusal("holder.depth",
                   group.parent + " would be deeper than " + std::to_string(max_holder_depth));
  }
  return {};
}

Result<void> put_rule(const Case& found, const Group& group) {
  if (found.chips.empty() && group.children.empty()) {
    return refusal("subjects.empty", "nothing goes into " + group.parent);
  }
  MUSTER_TRY(chips_are_here(found));
  MUSTER_TRY(parent_takes(found, group));
  for (const std::string& child : group.children) MUSTER_TRY(child_fits(found, group, child));
  return {};
}

RowN put(State& state, const Case& found, const Group& group) {
  auto& holders = state.tables().holders;
  RowN parent = holders.find(group.parent);
  if (parent == no_row) {
    parent = holders.add({.id = group.parent, .kind = group.kind, .custodian = found.org});
  }
  state.touch_holder(parent);
  const Place place = group.kind == "container" ? Place::in_container : Place::in_assembly;
  for (const RowN chip : found.chips) {
    state.set_parent(chip, parent);
    state.touch(chip).place = place;
  }
  for (const std::string& child : group.children) {
    state.set_holder_parent(holders.find(child), parent);
  }
  return parent;
}

Result<void> attach_rule(const Case& found) { return put_rule(found, attach_group(found)); }
void attach_effect(State& state, const Case& found) { put(state, found, attach_group(found)); }

Result<void> pack_rule(const Case& found) {
  if (found.body().has("seal")) MUSTER_TRY(seal_is_new(found, found.body().text("seal")));
  return put_rule(found, pack_group(found));
}

void pack_effect(State& state, const Case& found) {
  const RowN container = put(state, found, pack_group(found));
  Holder& row = state.tables().holders.edit(container);
  row.closed = true;
  row.inferred = false;
  row.seal.clear();
  if (found.body().has("seal")) put_seal(state, container, found.body().text("seal"), found.org);
}

Result<void> detach_rule(const Case& found) {
  const Body body = found.body();
  const auto children = body.list("children");
  if (found.chips.empty() && children.empty()) {
    return refusal("subjects.empty", "nothing leaves " + body.text("parent"));
  }
  MUSTER_TRY_ASSIGN(const RowN parent, own_holder(found, body.text("parent")));
  if (found.tables().holders[parent].is_container()) {
    return refusal("holder.other_kind", body.text("parent") + " is a container: unpack it");
  }
  for (const RowN chip : found.chips) {
    if (found.chip(chip).parent == parent) continue;
    return refusal("holder.not_in",
                   chip_text(found.state, chip) + ", not in " + body.text("parent"));
  }
  for (const std::string& id : children) {
    const RowN child = found.tables().holders.find(id);
    if (child == no_row) return refusal("holder.unknown", id);
    if (found.tables().holders[child].parent != parent) {
      return refusal("holder.not_in", id + " does not stand in " + body.text("parent"));
    }
  }
  return {};
}

void detach_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) take_out(state, chip);
  for (const std::string& id : found.body().list("children")) {
    state.set_holder_parent(state.tables().holders.find(id), no_row);
  }
}

constexpr std::array<Field, 4> attach_fields{
    {{"parent", FieldType::name},
     {"type", FieldType::text, true, "board|tray|server|rack"},
     {"children", FieldType::names, false},
     {"position", FieldType::text, false}}};
constexpr std::array<Field, 3> detach_fields{{{"parent", FieldType::name},
                                              {"reason", FieldType::text},
                                              {"children", FieldType::names, false}}};
constexpr std::array<Field, 3> pack_fields{{{"container", FieldType::name},
                                            {"seal", FieldType::text, false},
                                            {"children", FieldType::names, false}}};

constexpr std::array<Kind, 3> assembly_rows{{
    {.code = "C1",
     .name = "asm.attach",
     .signers = "the custodian of parent and children",
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .site = true,
     .body = attach_fields,
     .needs = with_life(own_and_free, one_of({Life::passed})),
     .change = "loose -> in the assembly",
     .guard = "one custodian, one site; no cycle; depth at most 8; one parent; not installed",
     .rule = attach_rule,
     .effect = attach_effect,
     .correctable = true},
    {.code = "C2",
     .name = "asm.detach",
     .signers = "the custodian",
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .body = detach_fields,
     .needs = with_place(own_and_free, one_of({Place::in_assembly})),
     .change = "in the assembly -> loose",
     .guard = "the child stands in that parent",
     .rule = detach_rule,
     .effect = detach_effect,
     .correctable = true},
    {.code = "C4",
     .name = "pack",
     .signers = "the custodian",
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .site = true,
     .body = pack_fields,
     .needs = with_life(own_and_free, one_of({Life::passed})),
     .change = "loose -> in the container, which is closed",
     .guard = "as asm.attach; a closed container takes nothing more until it is unpacked",
     .rule = pack_rule,
     .effect = pack_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> assembly_kinds() { return assembly_rows; }

Result<RowN> own_holder(const Case& found, const std::string& id) {
  const RowN row = found.tables().holders.find(id);
  if (row == no_row) return refusal("holder.unknown", id);
  const Holder& holder = found.tables().holders[row];
  if (holder.custodian != found.org) {
    return refusal("custody.not_custodian", id + ": got " + found.state.party_name(found.org) +
                                                ", want " +
                                                found.state.party_name(holder.custodian));
  }
  for (RowN at = row; at != no_row; at = found.tables().holders[at].parent) {
    if (found.tables().holders[at].shipment != no_row) {
      return refusal("release.open", id + " is released");
    }
    if (at != row && found.tables().holders[at].closed) {
      return refusal("container.closed",
                     id + " is in " + found.tables().holders[at].id + ": unpack that first");
    }
  }
  return row;
}

Result<void> parent_takes(const Case& found, const Group& group) {
  const RowN row = found.tables().holders.find(group.parent);
  if (row == no_row) return {};
  MUSTER_TRY(own_holder(found, group.parent));
  const Holder& holder = found.tables().holders[row];
  if (holder.kind != group.kind) {
    return refusal("holder.other_kind",
                   group.parent + " is a " + holder.kind + ", got " + group.kind);
  }
  if (holder.closed) {
    return refusal("container.closed", group.parent + ", packed and not unpacked since");
  }
  if (holder.site != no_row) {
    return refusal("holder.installed",
                   group.parent + ", at " + found.tables().sites[holder.site].id);
  }
  return {};
}

Result<void> chips_are_here(const Case& found) {
  for (const RowN chip : found.chips) {
    if (found.chip(chip).site == found.site) continue;
    return refusal("site.not_here", chip_text(found.state, chip) + " at site " +
                                        found.tables().sites[found.chip(chip).site].id + ", got " +
                                        *found.event.header.site);
  }
  return {};
}

}  // namespace muster::registry
