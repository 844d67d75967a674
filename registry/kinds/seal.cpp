#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

/// Whether the party has to do with the container: its custodian, the receiver of its shipment, or
/// an authority.
bool is_concerned(const Case& found, const Holder& holder) {
  if (holder.custodian == found.org || has_role(found, found.org, Role::authority)) return true;
  for (RowN at = found.tables().holders.find(holder.id); at != no_row;
       at = found.tables().holders[at].parent) {
    const RowN shipment = found.tables().holders[at].shipment;
    if (shipment != no_row && found.tables().shipments[shipment].receiver == found.org) return true;
  }
  return has_role(found, found.org, Role::carrier);
}

Result<RowN> holder_in_body(const Case& found) {
  const std::string& id = found.body().text("container");
  const RowN row = found.tables().holders.find(id);
  if (row == no_row) return refusal("holder.unknown", id);
  if (is_concerned(found, found.tables().holders[row])) return row;
  return refusal("seal.not_concerned",
                 id + ": want its custodian " +
                     found.state.party_name(found.tables().holders[row].custodian) +
                     ", its receiver, a carrier or an authority");
}

Result<RowN> seal_in_body(const Case& found) {
  const std::string& id = found.body().text("seal");
  const RowN row = found.tables().seals.find(id);
  if (row == no_row) return refusal("seal.unknown", id);
  const Seal& seal = found.tables().seals[row];
  if (is_concerned(found, found.tables().holders[seal.holder])) return row;
  return refusal("seal.not_concerned", id + " is on " + found.tables().holders[seal.holder].id);
}

Result<void> apply_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, holder_in_body(found));
  MUSTER_TRY(seal_is_new(found, found.body().text("seal")));
  const Holder& holder = found.tables().holders[row];
  if (!holder.closed && holder.is_container()) {
    return refusal("seal.open", holder.id + " is open: pack it first");
  }
  if (holder.seal.empty()) return {};
  return refusal("seal.sealed", holder.id + " has the seal " + holder.seal + ": break it first");
}

void apply_effect(State& state, const Case& found) {
  const RowN holder = state.tables().holders.find(found.body().text("container"));
  put_seal(state, holder, found.body().text("seal"), found.org);
}

Result<void> check_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, seal_in_body(found));
  const Seal& seal = found.tables().seals[row];
  if (found.body().text("state") != "intact" || seal.state == "intact") return {};
  return refusal("seal.not_intact", seal.id + " was recorded as " + seal.state);
}

/// A seal that is not as it was put on, and that no authority broke, is a finding.
void note_broken(State& state, RowN row, const std::string& now) {
  Seal& seal = state.tables().seals.edit(row);
  const bool was_intact = seal.state == "intact";
  seal.state = now;
  seal.seen = state.now_index();
  if (was_intact && !seal.by_authority) {
    open_finding(state, state.tables().holders[seal.holder].custodian, "seal.broken");
  }
}

void check_effect(State& state, const Case& found) {
  const RowN row = state.tables().seals.find(found.body().text("seal"));
  const std::string& now = found.body().text("state");
  if (now != "intact") return note_broken(state, row, now);
  state.tables().seals.edit(row).seen = state.now_index();
}

Result<void> break_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, seal_in_body(found));
  const Seal& seal = found.tables().seals[row];
  if (seal.state != "intact") return refusal("seal.not_intact", seal.id + " is " + seal.state);
  const Holder& holder = found.tables().holders[seal.holder];
  if (holder.custodian == found.org || has_role(found, found.org, Role::authority)) return {};
  return refusal("custody.not_custodian", holder.id + ": got " + found.state.party_name(found.org) +
                                              ", want " + found.state.party_name(holder.custodian) +
                                              " or an authority");
}

/// On its way a container is opened by an authority or by nobody.
bool is_under_way(const State& state, RowN holder) {
  for (RowN at = holder; at != no_row; at = state.tables().holders[at].parent) {
    if (state.tables().holders[at].shipment != no_row) return true;
  }
  return false;
}

void break_effect(State& state, const Case& found) {
  const RowN row = state.tables().seals.find(found.body().text("seal"));
  const RowN holder = state.tables().seals[row].holder;
  const bool authority = has_role(found, found.org, Role::authority);
  if (authority || !is_under_way(state, holder)) {
    Seal& seal = state.tables().seals.edit(row);
    seal.state = "removed";
    seal.by_authority = authority;
    seal.seen = state.now_index();
  } else {
    note_broken(state, row, "broken");
  }
  if (state.tables().holders[holder].seal == state.tables().seals[row].id) {
    state.tables().holders.edit(holder).seal.clear();
  }
}

constexpr std::array<Field, 3> apply_fields{
    {{"container", FieldType::name}, {"seal", FieldType::text}, {"photo", FieldType::hash, false}}};
constexpr std::array<Field, 3> check_fields_of_seal{
    {{"seal", FieldType::text},
     {"state", FieldType::text, true, "intact|broken|missing"},
     {"photo", FieldType::hash, false}}};
constexpr std::array<Field, 3> break_fields{
    {{"seal", FieldType::text}, {"reason", FieldType::text}, {"photo", FieldType::hash, false}}};

constexpr std::array<Kind, 3> seal_rows{{
    {.code = "C6",
     .name = "seal.apply",
     .signers = "custodian, receiver, carrier or authority",
     .body = apply_fields,
     .change = "no chip; container -> sealed",
     .guard = "container closed, without a seal; seal never used before",
     .rule = apply_rule,
     .effect = apply_effect,
     .correctable = true},
    {.code = "C6b",
     .name = "seal.check",
     .signers = "custodian, receiver, carrier or authority",
     .suspended = Suspended::may,
     .body = check_fields_of_seal,
     .change = "no chip; a seal that is not intact, and that no authority broke, opens a finding",
     .guard = "seal known; intact only if it was never recorded otherwise",
     .rule = check_rule,
     .effect = check_effect},
    {.code = "C6c",
     .name = "seal.break",
     .signers = "custodian or authority",
     .body = break_fields,
     .change = "no chip; sealed -> not sealed; on its way without an authority: a finding",
     .guard = "seal intact",
     .rule = break_rule,
     .effect = break_effect},
}};

}  // namespace

std::span<const Kind> seal_kinds() { return seal_rows; }

Result<void> seal_is_new(const Case& found, const std::string& seal) {
  const RowN row = found.tables().seals.find(seal);
  if (row == no_row) return {};
  return id_in_use(found.state, "seal.exists", seal, found.tables().seals[row].index);
}

void put_seal(State& state, RowN holder, const std::string& seal, RowN party) {
  state.tables().seals.add({.id = seal,
                            .holder = holder,
                            .party = party,
                            .state = "intact",
                            .index = state.now_index(),
                            .seen = state.now_index()});
  state.tables().holders.edit(holder).seal = seal;
}

void seal_found(State& state, RowN holder, const std::string& seal_state) {
  const RowN row = state.tables().seals.find(state.tables().holders[holder].seal);
  if (row == no_row) return;
  if (seal_state == "broken" || seal_state == "none") {
    return note_broken(state, row, seal_state == "none" ? "missing" : "broken");
  }
  Seal& seal = state.tables().seals.edit(row);
  seal.state = "removed";
  seal.seen = state.now_index();
}

}  // namespace muster::registry
