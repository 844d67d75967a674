#include <algorithm>

#include "registry/state/state.hpp"

namespace muster::registry {

void State::rollback_chips() {
  bool keys_changed = false;
  tables_.identities.rollback(
      [&](RowN, const ChipIdentity&, const ChipIdentity&) { keys_changed = true; },
      [&](RowN, const ChipIdentity& row) {
        chips_of_block_[row.block][row.ordinal] = no_row;
        keys_changed = keys_changed || row.enrolled();
      });
  // Open addressing cannot forget one key; a rollback is rare enough to begin anew.
  if (keys_changed) device_keys_.rebuild(tables_.identities);
  tables_.chips.rollback(
      [&](RowN n, const ChipState& now, const ChipState& before) {
        index_parent(n, now.parent, before.parent);
      },
      [&](RowN n, const ChipState& row) { index_parent(n, row.parent, no_row); });
  tables_.custody.rollback(
      [](RowN, const Custody&, const Custody&) {},
      [&](RowN, const Custody& row) { custody_of_party_[row.party].pop_back(); });
}

void State::rollback() {
  rollback_chips();
  tables_.blocks.rollback([](RowN, const Block&, const Block&) {},
                          [&](RowN, const Block& row) {
                            block_by_number_.erase(row.number);
                            chips_of_block_.pop_back();
                          });
  const auto holder_moved = [&](RowN n, RowN before, RowN after) {
    if (before != no_row) inner_holders_.erase({before, n});
    if (after != no_row) inner_holders_.emplace(after, n);
  };
  for (RowN n = 0; n < tables_.holders.size(); ++n) {
    holder_moved(n, tables_.holders[n].parent, no_row);
  }
  tables_.held.rollback(
      [&](RowN n, const Held&, const Held& before) {
        open_held_[{before.chip, before.hold}] = n;
      },
      [&](RowN, const Held& row) {
        open_held_.erase({row.chip, row.hold});
      });
  tables_.statements.rollback([](RowN, const StatementRow&, const StatementRow&) {},
                              [&](RowN, const StatementRow& row) {
                                statement_by_hash_.erase(row.hash);
                                numbers_of_stream_[row.stream].pop_back();
                              });
  Tables::each(tables_, [](const char*, auto& table) { table.rollback(); });
  for (RowN n = 0; n < tables_.holders.size(); ++n) {
    holder_moved(n, no_row, tables_.holders[n].parent);
  }
  numbers_of_stream_.resize(tables_.streams.size());
  index_deadlines();
  touched_.clear();
  changes_.resize(committed_changes_);
}

void State::index_deadlines() {
  deadlines_.clear();
  for (RowN n = 0; n < tables_.shipments.size(); ++n) {
    const Shipment& row = tables_.shipments[n];
    if (row.accept_by.ms != 0 && row.overdue == no_index) deadlines_.emplace(row.accept_by.ms, n);
  }
}

namespace {

/// Whether keys lead to keys and co-signatures stand in order: look-ups go by both.
bool signatures_are_sound(const Tables& tables) {
  Index32 last = 0;
  for (const CoSignature& row : tables.co_signatures.rows()) {
    const bool there = row.statement < tables.statements.size() && row.key < tables.keys.size();
    if (!there || row.statement < last) return false;
    last = row.statement;
  }
  for (RowN n = 0; n < tables.keys.size(); ++n) {
    const Key& key = tables.keys[n];
    const bool forward = n < key.successor && key.successor < tables.keys.size();
    if (key.party >= tables.parties.size()) return false;
    if (key.successor != no_row && !forward) return false;
  }
  return true;
}

}  // namespace

Result<void> State::reindex() {
  const auto corrupt = [](const std::string& what) {
    return failure(Errc::corrupt, "view: " + what);
  };
  if (tables_.identities.size() != tables_.chips.size()) return corrupt("chip tables differ");
  if (!signatures_are_sound(tables_)) return corrupt("signature of no key");
  chips_of_block_.assign(tables_.blocks.size(), {});
  for (RowN n = 0; n < tables_.blocks.size(); ++n) {
    if (!block_by_number_.emplace(tables_.blocks[n].number, n).second) {
      return corrupt("block stands twice");
    }
  }
  for (RowN n = 0; n < tables_.identities.size(); ++n) {
    const ChipIdentity& row = tables_.identities[n];
    if (row.block >= tables_.blocks.size() || row.ordinal >= tables_.blocks[row.block].count) {
      return corrupt("chip outside its block");
    }
    auto& ordinals = chips_of_block_[row.block];
    if (ordinals.size() <= row.ordinal) ordinals.resize(row.ordinal + std::size_t{1}, no_row);
    if (ordinals[row.ordinal] != no_row) return corrupt("ordinal stands twice");
    ordinals[row.ordinal] = n;
    if (tables_.chips[n].last >= tables_.statements.size()) return corrupt("chip beyond the log");
    index_parent(n, no_row, tables_.chips[n].parent);
  }
  device_keys_.rebuild(tables_.identities);
  numbers_of_stream_.assign(tables_.streams.size(), {});
  for (RowN n = 0; n < tables_.statements.size(); ++n) {
    const StatementRow& row = tables_.statements[n];
    if (row.stream >= numbers_of_stream_.size()) return corrupt("statement without stream");
    if (row.key != no_row && row.key >= tables_.keys.size()) return corrupt("signed by no key");
    statement_by_hash_.emplace(row.hash, n);
    numbers_of_stream_[row.stream].emplace_back(row.number, n);
  }
  for (RowN n = 0; n < tables_.custody.size(); ++n) {
    if (tables_.custody[n].party >= tables_.parties.size()) return corrupt("custody of nobody");
    index_custody(n);
  }
  for (RowN n = 0; n < tables_.holders.size(); ++n) {
    if (tables_.holders[n].parent != no_row) inner_holders_.emplace(tables_.holders[n].parent, n);
  }
  for (RowN n = 0; n < tables_.held.size(); ++n) {
    const Held& row = tables_.held[n];
    if (row.lifted == no_index) open_held_.emplace(std::pair(row.chip, row.hold), n);
  }
  index_deadlines();
  commit();
  mark_saved();
  return {};
}

}  // namespace muster::registry
