#include <algorithm>

#include "registry/state/state.hpp"

namespace muster::registry {

void State::follow(RowN n, const Block* before, const Block* after) {
  if (before != nullptr && after == nullptr) {
    block_by_number_.erase(before->number);
    chips_of_block_.pop_back();
  }
  if (before == nullptr && after != nullptr) {
    block_by_number_.emplace(after->number, n);
    chips_of_block_.emplace_back();
  }
}

void State::follow(RowN n, const ChipIdentity* before, const ChipIdentity* after) {
  const Hash key_before = before == nullptr ? Hash{} : before->device_key;
  const Hash key_after = after == nullptr ? Hash{} : after->device_key;
  // Open addressing cannot forget one key; taking one back is rare enough to begin anew.
  if (key_before != key_after) keys_forgotten_ = true;
  // Its block may be gone already.
  if (before != nullptr && after == nullptr && before->block < chips_of_block_.size()) {
    chips_of_block_[before->block][before->ordinal] = no_row;
  }
  if (before != nullptr || after == nullptr) return;
  auto& ordinals = chips_of_block_[after->block];
  if (ordinals.size() <= after->ordinal) ordinals.resize(after->ordinal + std::size_t{1}, no_row);
  ordinals[after->ordinal] = n;
}

void State::follow(RowN n, const ChipState* before, const ChipState* after) {
  const RowN parent_before = before == nullptr ? no_row : before->parent;
  const RowN parent_after = after == nullptr ? no_row : after->parent;
  if (parent_before == parent_after) return;
  if (parent_before != no_row) contents_.take_out(parent_before, n);
  if (parent_after != no_row) contents_.put_in(parent_after, n);
}

/// Rows of one name lead to each other, the newest stands in the look-up.
void State::follow(RowN n, const Alias* before, const Alias* after) {
  if (before == nullptr && after != nullptr) {
    if (after->same != no_row) newest_by_name_.remove(tables_.aliases, after->same);
    newest_by_name_.add(tables_.aliases, n);
  }
  if (before == nullptr || after != nullptr) return;
  newest_by_name_.remove(tables_.aliases, n);
  if (before->same != no_row) newest_by_name_.add(tables_.aliases, before->same);
}

/// A deadline is watched until it was seen to pass.
void State::follow(RowN n, const Shipment* before, const Shipment* after) {
  if (before != nullptr) deadlines_.erase({before->accept_by.ms, n});
  if (after == nullptr || after->accept_by.ms == 0 || after->overdue != no_index) return;
  deadlines_.emplace(after->accept_by.ms, n);
}

/// What is taken back comes in two parts: first rows that were closed are open again, then those
/// that were opened go. Chips are as they were by then: their table comes before this one.
void State::follow(RowN n, const Custody* before, const Custody* after) {
  const auto open = [](const Custody* row) { return row != nullptr && row->to_index == no_index; };
  const Custody& row = before != nullptr ? *before : *after;
  if (open(after) && !open(before)) held_.put(row.party, row.chip);
  if (before != nullptr && after == nullptr) {
    custody_of_party_[row.party].pop_back();
    const RowN other = row.chip < tables_.chips.size() ? tables_.chips[row.chip].custody : no_row;
    const bool has_it = other != no_row && tables_.custody[other].party == row.party;
    if (open(before) && !has_it) held_.take(row.party, row.chip);
  }
  if (before != nullptr || after == nullptr) return;
  if (row.party >= custody_of_party_.size()) {
    custody_of_party_.resize(row.party + std::size_t{1});
  }
  custody_of_party_[row.party].push_back(n);
}

void State::follow(RowN n, const Holder* before, const Holder* after) {
  const RowN parent_before = before == nullptr ? no_row : before->parent;
  const RowN parent_after = after == nullptr ? no_row : after->parent;
  if (parent_before == parent_after) return;
  if (parent_before != no_row) inner_holders_.erase({parent_before, n});
  if (parent_after != no_row) inner_holders_.emplace(parent_after, n);
}

void State::follow(RowN n, const Held* before, const Held* after) {
  const auto open = [](const Held* row) { return row != nullptr && row->lifted == no_index; };
  if (open(before) == open(after)) return;
  const Held& row = before != nullptr ? *before : *after;
  if (open(after)) {
    open_held_[{row.chip, row.hold}] = n;
  } else {
    open_held_.erase({row.chip, row.hold});
  }
}

void State::follow(RowN /*n*/, const Die* before, const Die* after) {
  if (before != nullptr && before->chip != no_row) used_dice_.erase(before->place());
  if (after != nullptr && after->chip != no_row) used_dice_.insert(after->place());
}

void State::follow(RowN n, const CaseLine* before, const CaseLine* after) {
  if (before != nullptr) open_lines_.erase({before->chip, n});
  if (after != nullptr && after->closed == no_index) open_lines_.emplace(after->chip, n);
}

void State::follow(RowN n, const Assured* before, const Assured* after) {
  if (before != nullptr) assured_.erase(before->chip);
  if (after != nullptr) assured_[after->chip] = n;
}

void State::follow(RowN n, const NotFound* before, const NotFound* after) {
  if (before != nullptr) sought_.erase({before->chip, n});
  if (after != nullptr && after->shown == no_index) sought_.emplace(after->chip, n);
}

void State::follow(RowN n, const StatementRow* before, const StatementRow* after) {
  if (before != nullptr && after == nullptr) {
    statement_by_hash_.remove(tables_.statements, n);
    statements_of_stream_[before->stream].pop_back();
  }
  if (before != nullptr || after == nullptr) return;
  if (after->stream >= statements_of_stream_.size()) {
    statements_of_stream_.resize(after->stream + std::size_t{1});
  }
  statements_of_stream_[after->stream].push_back(n);
  statement_by_hash_.add(tables_.statements, n);
}

void State::restart_journal() {
  Tables::each(tables_, [](const char*, auto& table) { table.mark(); });
}

StateMark State::mark() {
  StateMark now{.tables = {}, .changes = changes_.size()};
  Tables::each(tables_, [&](const char*, auto& table) { now.tables.push_back(table.mark()); });
  return now;
}

void State::rollback() {
  StateMark base{.tables = {}, .changes = committed_changes_};
  Tables::each(tables_,
               [&](const char*, auto& table) { base.tables.push_back(table.committed()); });
  rollback(base);
}

void State::rollback(const StateMark& to) {
  std::size_t next = 0;
  Tables::each(tables_, [&](const char*, auto& table) {
    using Row = typename std::remove_cvref_t<decltype(table)>::Row;
    table.rollback(
        to.tables[next++],
        [&](RowN n, const Row& now, const Row& before) { follow(n, &now, &before); },
        [&](RowN n, const Row& row) { follow(n, &row, static_cast<const Row*>(nullptr)); });
  });
  statements_of_stream_.resize(tables_.streams.size());
  if (keys_forgotten_) device_keys_.rebuild(tables_.identities);
  keys_forgotten_ = false;
  touched_.clear();
  as_if_last_.clear();
  changes_.resize(to.changes);
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

/// Whether runs of chips are runs, of chips that are there, in order of statements.
bool mentions_are_sound(const Tables& tables) {
  Index32 last = 0;
  for (const Mention& run : tables.mentions.rows()) {
    const bool there = run.statement < tables.statements.size() && run.last < tables.chips.size();
    if (!there || run.first > run.last || run.statement < last) return false;
    last = run.statement;
  }
  return true;
}

/// Whether every row leads to rows that are there, so that look-ups can be made from them.
Result<void> check_rows(const Tables& tables, const std::function<void()>& after_row) {
  const auto corrupt = [](const std::string& what) {
    return failure(Errc::corrupt, "view: " + what);
  };
  if (tables.identities.size() != tables.chips.size()) return corrupt("chip tables differ");
  if (!signatures_are_sound(tables)) return corrupt("signature of no key");
  if (!mentions_are_sound(tables)) return corrupt("mention of no chip");
  for (const ChipIdentity& row : tables.identities.rows()) {
    after_row();
    if (row.block >= tables.blocks.size() || row.ordinal >= tables.blocks[row.block].count) {
      return corrupt("chip outside its block");
    }
    if (row.alias != no_row && row.alias >= tables.aliases.size()) {
      return corrupt("chip of no alias");
    }
  }
  for (const ChipState& row : tables.chips.rows()) {
    after_row();
    if (row.last >= tables.statements.size()) return corrupt("chip beyond the log");
    const bool held = row.parent == no_row || row.parent < tables.holders.size();
    if (!held) return corrupt("chip in no holder");
  }
  for (const StatementRow& row : tables.statements.rows()) {
    if (row.stream >= tables.streams.size()) return corrupt("statement without stream");
    if (row.key != no_row && row.key >= tables.keys.size()) return corrupt("signed by no key");
  }
  for (RowN n = 0; n < tables.aliases.size(); ++n) {
    after_row();
    const Alias& row = tables.aliases[n];
    const auto leads_back = [n](RowN to) { return to == no_row || to < n; };
    if (row.chip >= tables.chips.size() || !leads_back(row.same) || !leads_back(row.older)) {
      return corrupt("alias of no chip");
    }
  }
  for (const Custody& row : tables.custody.rows()) {
    after_row();
    if (row.party >= tables.parties.size()) return corrupt("custody of nobody");
    if (row.chip >= tables.chips.size()) return corrupt("custody of no chip");
  }
  return {};
}

/// Whether no two rows claim one place in a look-up.
template <class Blocks, class ChipsOfBlock>
Result<void> check_places(const Tables& tables, const Blocks& blocks,
                          const ChipsOfBlock& chips_of_block) {
  if (blocks.size() != tables.blocks.size()) {
    return failure(Errc::corrupt, "view: block stands twice");
  }
  std::size_t placed = 0;
  for (const auto& ordinals : chips_of_block) {
    placed += static_cast<std::size_t>(
        std::ranges::count_if(ordinals, [](RowN chip) { return chip != no_row; }));
  }
  if (placed != tables.identities.size()) {
    return failure(Errc::corrupt, "view: ordinal stands twice");
  }
  return {};
}

}  // namespace

Result<void> State::reindex(const std::function<void()>& after_row) {
  const auto row_done = [&] {
    if (after_row) after_row();
  };
  MUSTER_TRY(check_rows(tables_, row_done));
  Tables::each(tables_, [&](const char*, const auto& table) {
    using Row = typename std::remove_cvref_t<decltype(table)>::Row;
    for (RowN n = 0; n < table.size(); ++n) {
      follow(n, static_cast<const Row*>(nullptr), &table[n]);
      row_done();
    }
  });
  MUSTER_TRY(check_places(tables_, block_by_number_, chips_of_block_));
  statements_of_stream_.resize(tables_.streams.size());
  device_keys_.rebuild(tables_.identities);
  keys_forgotten_ = false;
  commit();
  mark_saved();
  return {};
}

}  // namespace muster::registry
