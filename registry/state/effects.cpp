#include <algorithm>

#include "registry/state/state.hpp"

namespace muster::registry {

void State::begin(StatementRow row, std::span<const RowN> more_keys) {
  restart_journal();
  const Index32 index = size();
  MUSTER_CHECK(index < no_index);
  Stream& stream = tables_.streams.edit(row.stream);
  stream.last = row.number;
  for (const RowN key : more_keys) tables_.co_signatures.add({.statement = index, .key = key});
  tables_.statements.add(std::move(row));
  follow(index, nullptr, &tables_.statements[index]);
  expire_releases();
  restart_journal();  // what time did is not this statement's doing
}

RowN State::add_shipment(Shipment shipment) {
  const RowN row = tables_.shipments.add(std::move(shipment));
  follow(row, nullptr, &tables_.shipments[row]);
  return row;
}

/// Time alone moves no chip: a release whose deadline is over with chips still open is marked, and
/// a finding names who answers for them.
void State::expire_releases() {
  while (!deadlines_.empty() && deadlines_.begin()->first < now_ms()) {
    const RowN row = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    if (tables_.shipments[row].open() == 0) continue;
    Shipment& shipment = tables_.shipments.edit(row);
    shipment.overdue = now_index();
    tables_.findings.add({.id = "auto.overdue." + std::to_string(row),
                          .party = shipment.sender,
                          .code = "release.overdue",
                          .opened = now_index(),
                          .outcome = {}});
  }
}

std::int64_t State::now_ms() const { return tables_.statements[now_index()].accepted_ms; }

RowN State::add_block(Block block) {
  const RowN row = tables_.blocks.add(block);
  follow(row, nullptr, &tables_.blocks[row]);
  return row;
}

RowN State::add_chip(const ChipIdentity& identity, RowN packager, RowN site) {
  const RowN chip = tables_.identities.add(identity);
  follow(chip, nullptr, &identity);
  const RowN custody = open_custody(chip, packager, site);
  tables_.chips.add({.custodian = packager,
                     .site = site,
                     .custody = custody,
                     .owner = packager,
                     .last = now_index(),
                     .effect = now_index()});
  note_touched(chip, no_index);
  return chip;
}

RowN State::open_custody(RowN chip, RowN party, RowN site) {
  const RowN row = tables_.custody.add(
      {.party = party, .chip = chip, .site = site, .from_index = now_index(), .from_ms = now_ms()});
  follow(row, nullptr, &tables_.custody[row]);
  return row;
}

void State::close_custody(RowN row) {
  Custody& old = tables_.custody.edit(row);
  old.to_index = now_index();
  old.to_ms = now_ms();
  held_.take(old.party, old.chip);
}

void State::note_touched(RowN chip, Index32 previous) {
  if (keep_changes_) touched_.emplace_back(chip, previous);
}

ChipState& State::touch(RowN chip) {
  const ChipState& now = tables_.chips[chip];
  const Index32 previous = now.last;
  if (now.effect != now_index()) {
    age_exit_read(now);
    journal_chip(chip, now);
  }
  ChipState& state = tables_.chips.edit(chip);
  state.effect = now_index();
  if (previous != now_index()) {
    state.last = now_index();
    note_touched(chip, previous);
  }
  return state;
}

void State::move(RowN chip, RowN party, RowN site) {
  ChipState& state = touch(chip);
  if (state.custodian == party && state.site == site) return;
  close_custody(state.custody);
  state.custody = open_custody(chip, party, site);
  state.custodian = party;
  state.site = site;
}

void State::end_custody(RowN chip) {
  ChipState& state = touch(chip);
  close_custody(state.custody);
  state.custodian = no_row;
  state.custody = no_row;
}

void State::set_parent(RowN chip, RowN holder) {
  ChipState& state = touch(chip);
  const ChipState before = state;
  if (state.parent != no_row) touch_holder(state.parent);
  if (holder != no_row) touch_holder(holder);
  state.parent = holder;
  follow(chip, &before, &state);
}

void State::set_holder_parent(RowN holder, RowN parent) {
  touch_holder(holder);
  if (parent != no_row) touch_holder(parent);
  const Holder before = tables_.holders[holder];
  Holder& row = tables_.holders.edit(holder);
  row.parent = parent;
  follow(holder, &before, &row);
}

void State::set_holder_custodian(RowN holder, RowN party) {
  tables_.holders.edit(holder).custodian = party;
  for (const RowN inner : inner_holders(holder)) set_holder_custodian(inner, party);
}

void State::touch_holder(RowN holder) {
  for (RowN at = holder; at != no_row; at = tables_.holders[at].parent) {
    if (tables_.holders[at].last == now_index()) continue;
    tables_.holders.edit(at).last = now_index();
  }
}

void State::set_device_key(RowN chip, const Hash& key) {
  tables_.identities.edit(chip).device_key = key;
  device_keys_.add(tables_.identities, chip);
  touch(chip).assurance = Assurance::bound;
  doubt(chip);  // what was proven was proven of another key
}

void State::occupy(const std::string& slot, RowN chip) {
  RowN row = tables_.slots.find(slot);
  if (row == no_row) row = tables_.slots.add({.id = Text(slot)});
  tables_.slots.edit(row).chip = chip;
  touch(chip).slot = row;
}

void State::vacate(RowN chip) {
  const RowN slot = tables_.chips[chip].slot;
  if (slot == no_row) return;
  tables_.slots.edit(slot).chip = no_row;
  touch(chip).slot = no_row;
}

void State::add_hold(RowN chip, RowN hold) {
  const RowN row = tables_.held.add({.hold = hold, .chip = chip, .since = now_index()});
  follow(row, nullptr, &tables_.held[row]);
  ChipState& state = touch(chip);
  ++state.holds;
  state.set(Flag::hold);
}

void State::lift_hold(RowN chip, RowN hold) {
  const RowN row = find_held(chip, hold);
  MUSTER_CHECK(row != no_row);
  const Held before = tables_.held[row];
  tables_.held.edit(row).lifted = now_index();
  follow(row, &before, &tables_.held[row]);
  ChipState& state = touch(chip);
  --state.holds;
  if (state.holds == 0) state.clear(Flag::hold);
}

void State::lift_holds(RowN chip) {
  while (tables_.chips[chip].holds > 0) {
    lift_hold(chip, open_held_.lower_bound({chip, 0})->first.second);
  }
}

void State::replace_device_key(RowN chip, const Hash& key) {
  if (tables_.identities[chip].enrolled()) clear_device_key(chip);
  set_device_key(chip, key);
}

void State::end() {
  journal_rows();
  for (const auto& [chip, previous] : touched_) {
    changes_.push_back({chip, now_index(), previous, tables_.chips[chip]});
  }
  touched_.clear();
  as_if_last_.clear();
}

void State::commit() {
  Tables::each(tables_, [](const char*, auto& table) { table.commit(); });
  committed_changes_ = changes_.size();
}

}  // namespace muster::registry
