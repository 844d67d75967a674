// The journal of what statements changed, and how a correction takes it back.

#include <algorithm>
#include <set>
#include <unordered_set>

#include "registry/state/journal.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {
namespace {

/// Whether `state` is what chip `n` of `run` would be like.
bool goes_on(const ChipBefore& run, const ChipState& state) {
  ChipState expected = run.before;
  expected.custody = run.custody_runs ? expected.custody + run.count : expected.custody;
  expected.slot = run.slot_runs ? expected.slot + run.count : expected.slot;
  return expected == state;
}

/// The rows whose `column` is `key`: the first and the one behind the last. The rows rise in it.
template <class Row>
std::pair<std::size_t, std::size_t> places_of(const Rows<Row>& rows, Index32 key,
                                              Index32 Row::*column) {
  const auto first = std::ranges::lower_bound(rows, key, {}, column);
  const auto end = std::ranges::upper_bound(rows, key, {}, column);
  return {static_cast<std::size_t>(first - rows.begin()),
          static_cast<std::size_t>(end - rows.begin())};
}

template <class Row>
RowsView<Row> rows_of(const Rows<Row>& rows, Index32 statement) {
  const auto [first, end] = places_of(rows, statement, &Row::statement);
  return RowsView<Row>(rows, first, end);
}

}  // namespace

void State::journal_chip(RowN chip, const ChipState& before) {
  ChipState image = before;
  if (!as_if_last_.empty() && as_if_last_.contains(chip)) image.last = as_if_last_.at(chip);
  auto& runs = tables_.chip_before;
  const RowN newest = runs.size() - 1;
  if (runs.size() > 0 && runs[newest].statement == now_index() &&
      runs[newest].first + runs[newest].count == chip) {
    ChipBefore run = runs[newest];
    if (run.count == 1) {
      run.custody_runs = image.custody != no_row && image.custody == run.before.custody + 1;
      run.slot_runs = image.slot != no_row && image.slot == run.before.slot + 1;
    }
    if (goes_on(run, image)) {
      ++run.count;
      runs.edit(newest) = run;
      return;
    }
  }
  runs.add({.statement = now_index(), .first = chip, .count = 1, .before = image});
}

void State::journal_rows() {
  Tables::each(tables_, [&](const char* name, const auto& table) {
    using Row = typename std::remove_cvref_t<decltype(table)>::Row;
    if constexpr (Journaled<Row>) {
      std::unordered_set<RowN> seen;
      for (const auto& [n, before] : table.edited()) {
        if (!seen.insert(n).second) continue;
        const Json changes = changes_between(before, table[n]);
        if (changes.is_null()) continue;
        tables_.row_edits.add(
            {.statement = now_index(), .table = name, .row = n, .changes = changes.dump()});
      }
      for (RowN n = table.first_added(); n < table.size(); ++n) {
        Row empty{};
        if constexpr (Accumulates<Row>) empty.id = table[n].id;
        tables_.row_edits.add(
            {.statement = now_index(),
             .table = name,
             .row = n,
             .added = !Accumulates<Row>,
             .changes =
                 (Accumulates<Row> ? changes_between(empty, table[n]) : sums_of(table[n])).dump()});
      }
    }
  });
}

RowsView<ChipBefore> State::runs_of(Index32 index) const {
  return rows_of(tables_.chip_before.rows(), index);
}

RowsView<RowEdit> State::edits_of(Index32 index) const {
  return rows_of(tables_.row_edits.rows(), index);
}

std::vector<std::pair<RowN, ChipState>> State::chips_before(Index32 index) const {
  std::vector<std::pair<RowN, ChipState>> list;
  for (const ChipBefore& run : runs_of(index)) {
    for (RowN n = 0; n < run.count; ++n) list.emplace_back(run.first + n, run.of(n));
  }
  return list;
}

std::vector<RowN> State::made_by(Index32 index) const {
  const auto [first, end] = places_of(tables_.identities.rows(), index, &ChipIdentity::made);
  std::vector<RowN> list;
  for (std::size_t at = first; at < end; ++at) list.push_back(static_cast<RowN>(at));
  return list;
}

ChipState State::chip_before(RowN chip, Index32 index) const {
  for (const ChipBefore& run : runs_of(index)) {
    if (run.first <= chip && chip < run.first + run.count) return run.of(chip - run.first);
  }
  return {};
}

/// Collects what stands in the way of taking one statement back.
class State::Obstacles final {
 public:
  Obstacles(const State& state, Index32 target) : state_(state), target_(target) {}

  InTheWay all() {
    for (const auto& [chip, before] : state_.chips_before(target_)) chip_obstacles(chip, before);
    for (const RowN chip : state_.made_by(target_)) follow_back(chip);
    for (RowN n = 0; n < state_.tables_.blocks.size(); ++n) {
      if (state_.tables_.blocks[n].index == target_) block_obstacles(n);
    }
    Tables::each(state_.tables_, [&](const char* name, const auto& table) {
      using Row = typename std::remove_cvref_t<decltype(table)>::Row;
      if constexpr (Journaled<Row>) {
        for (const RowEdit& edit : state_.edits_of(target_)) {
          if (edit.table == name) row_obstacles(edit, table[edit.row]);
        }
      }
    });
    found_.statements.assign(later_.begin(), later_.end());
    return std::move(found_);
  }

 private:
  /// What made the chip's state, and what before that, back to the target.
  void follow_back(RowN chip) {
    Index32 effect = state_.tables_.chips[chip].effect;
    while (effect != no_index && effect > target_) {
      later_.insert(effect);
      effect = state_.chip_before(chip, effect).effect;
    }
  }

  /// A reservation stands as long as chips have its ids.
  void block_obstacles(RowN block) {
    for (const RowN chip : state_.chips_of_block_[block]) {
      if (chip == no_row || state_.tables_.chips[chip].life == Life::voided) continue;
      later_.insert(state_.tables_.identities[chip].made);
    }
  }

  void chip_obstacles(RowN chip, const ChipState& before) {
    follow_back(chip);
    const ChipState& now = state_.tables_.chips[chip];
    if (before.parent != now.parent) holder_obstacles(before.parent);
    if (before.slot == no_row || before.slot == now.slot) return;
    const RowN other = state_.tables_.slots[before.slot].chip;
    if (other != no_row) later_.insert(state_.tables_.chips[other].effect);
  }

  /// A holder takes its contents back only if it is as it was, and so is what it stands in.
  void holder_obstacles(RowN holder) {
    for (RowN at = holder; at != no_row; at = state_.tables_.holders[at].parent) {
      for (const RowEdit& edit : state_.tables_.row_edits.rows()) {
        if (is_later(edit, "holder", at) && !edit.added) later_.insert(edit.statement);
      }
    }
  }

  /// A holder goes back to a custodian only from where it stood: not out of, or in, another's.
  void standing_obstacles(RowN holder) {
    for (const RowEdit& edit : state_.tables_.row_edits.rows()) {
      if (!is_later(edit, "holder", holder) || edit.added) continue;
      if (parse_foreign_json(edit.changes).value().contains("parent")) {
        later_.insert(edit.statement);
      }
    }
  }

  [[nodiscard]] bool is_later(const RowEdit& edit, const std::string& table, RowN row) const {
    return edit.statement > target_ && edit.reversed == no_index && edit.row == row &&
           edit.table == table;
  }

  template <class Row>
  void row_obstacles(const RowEdit& edit, const Row& now) {
    const Json changes = parse_foreign_json(edit.changes).value();
    if constexpr (std::is_same_v<Row, Holder>) {
      const auto moved = changes.find("parent");
      if (moved != changes.end()) holder_obstacles((*moved)[0].template get<RowN>());
      if (changes.contains("custodian")) standing_obstacles(edit.row);
    }
    const auto columns = columns_in_the_way(now, changes);
    bool named = false;
    for (const RowEdit& other : state_.tables_.row_edits.rows()) {
      if (!is_later(other, edit.table, edit.row)) continue;
      if (!meets<Row>(parse_foreign_json(other.changes).value(), columns, edit.added)) continue;
      later_.insert(other.statement);
      named = true;
    }
    if (!columns.empty() && !named) found_.what = edit.table + ", " + columns.front();
  }

  /// Whether `changes` changed one of `columns`; of a row that the target added, anything.
  template <class Row>
  static bool meets(const Json& changes, const std::vector<std::string>& columns, bool anything) {
    for (auto at = changes.begin(); at != changes.end(); ++at) {
      if (anything && !is_sum<Row>(at.key())) return true;
      if (std::ranges::find(columns, at.key()) != columns.end()) return true;
    }
    return false;
  }

  const State& state_;
  Index32 target_;
  std::set<Index32, std::greater<>> later_;
  InTheWay found_;
};

State::InTheWay State::in_the_way(Index32 target) const { return Obstacles(*this, target).all(); }

void State::restore_custody(RowN chip, const ChipState& image) {
  ChipState& state = tables_.chips.edit(chip);
  if (state.custody != no_row) {
    const Custody& open = tables_.custody[state.custody];
    const bool same = open.party == image.custodian && open.site == image.site;
    if (image.custody != no_row && same) return;
    close_custody(state.custody);
    state.custody = no_row;
  }
  if (image.custody == no_row) return;
  state.custody = open_custody(chip, image.custodian, image.site);
}

void State::restore_chip(RowN chip, const ChipState& image, bool as_if_never) {
  const ChipState before = tables_.chips[chip];
  if (before.parent != no_row) touch_holder(before.parent);
  if (image.parent != no_row) touch_holder(image.parent);
  if (before.slot != image.slot) {
    if (before.slot != no_row) tables_.slots.edit(before.slot).chip = no_row;
    if (image.slot != no_row) tables_.slots.edit(image.slot).chip = chip;
  }
  if (before.last != now_index()) note_touched(chip, before.last);
  if (as_if_never) as_if_last_[chip] = image.last;
  restore_custody(chip, image);
  ChipState& state = tables_.chips.edit(chip);
  const RowN custody = state.custody;
  state = image;
  state.custody = custody;
  state.last = now_index();
  follow(chip, &before, &state);
}

void State::restore_rows(Index32 target) {
  const auto places = places_of(tables_.row_edits.rows(), target, &RowEdit::statement);
  for (auto at = static_cast<RowN>(places.first); at < places.second; ++at) {
    const RowEdit edit = tables_.row_edits[at];
    Tables::each(tables_, [&](const char* name, auto& table) {
      using Row = typename std::remove_cvref_t<decltype(table)>::Row;
      if constexpr (Journaled<Row>) {
        if (edit.table != name) return;
        const Row before = table[edit.row];
        Row& now = table.edit(edit.row);
        take_back(now, parse_foreign_json(edit.changes).value());
        if constexpr (requires { now.withdraw(now_index()); }) {
          if (edit.added) now.withdraw(now_index());
        }
        follow(edit.row, &before, &now);
        if constexpr (requires { table.rename(edit.row, now.id); }) {
          if (edit.added) table.rename(edit.row, now.id + "~" + std::to_string(now_index()));
        }
      }
    });
    tables_.row_edits.edit(at).reversed = now_index();
  }
}

/// The statement in whose place `target` stands, or `no_index`: what that one did was taken back
/// before the target had its effect, and stays so when the target is taken back, too.
Index32 State::replaced_by(Index32 target) const {
  const Index32 corrects = tables_.statements[target].corrects;
  const bool stands_for = corrects != no_index && tables_.statements[corrects].corrected == target;
  return stands_for ? corrects : no_index;
}

void State::restore_holds(Index32 target) {
  const Index32 replaced = replaced_by(target);
  for (RowN n = 0; n < tables_.held.size(); ++n) {
    const Held before = tables_.held[n];
    const bool set = before.since == target && before.lifted == no_index;
    if (!set && (before.lifted != target || before.since == replaced)) continue;
    tables_.held.edit(n).lifted = set ? now_index() : no_index;
    follow(n, &before, &tables_.held[n]);
  }
}

void State::restore_sought(Index32 target) {
  const Index32 replaced = replaced_by(target);
  for (RowN n = 0; n < tables_.not_found.size(); ++n) {
    const NotFound before = tables_.not_found[n];
    const bool set = before.index == target && before.shown == no_index;
    if (!set && (before.shown != target || before.index == replaced)) continue;
    tables_.not_found.edit(n).shown = set ? now_index() : no_index;
    follow(n, &before, &tables_.not_found[n]);
  }
}

void State::reverse(Index32 target, bool as_if_never) {
  restore_holds(target);
  restore_sought(target);
  restore_rows(target);
  for (const auto& [chip, image] : chips_before(target)) restore_chip(chip, image, as_if_never);
  tables_.statements.edit(target).corrected = now_index();
}

}  // namespace muster::registry
