#pragma once

#include <algorithm>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/base/check.hpp"
#include "registry/state/name_index.hpp"
#include "registry/state/rows.hpp"
#include "registry/values.hpp"

namespace muster::registry {

/// How far a table had come: what was done since can be taken back.
struct TableMark {
  std::size_t rows = 0;
  std::size_t undos = 0;
};

/// Rows of one kind, numbered in order of registration, never deleted.
///
/// Every change since the last `commit` can be taken back by `rollback`: a batch that the ledger
/// did not take leaves no trace. Every change since the last `mark_saved` is listed by `unsaved`,
/// so that a view is written behind.
template <class T>
class Table {
 public:
  using Row = T;

  [[nodiscard]] RowN size() const { return static_cast<RowN>(rows_.size()); }
  [[nodiscard]] const T& operator[](RowN n) const { return rows_[n]; }
  [[nodiscard]] const Rows<T>& rows() const { return rows_; }

  RowN add(T row) {
    MUSTER_CHECK(rows_.size() < no_row);
    rows_.push_back(std::move(row));
    return static_cast<RowN>(rows_.size() - 1);
  }

  /// The row, to be changed by the caller. What it held is kept until `commit`.
  T& edit(RowN n) {
    MUSTER_CHECK(n < rows_.size());
    const bool kept = undo_.size() > mark_.undos && undo_.back().first == n;
    if (n < mark_.rows && !kept) undo_.emplace_back(n, rows_[n]);
    return rows_[n];
  }

  /// Puts the rows that will come into `memory`, which is borrowed. Requires: there are none yet.
  void live_in(std::pmr::memory_resource& memory) {
    MUSTER_CHECK(rows_.empty());
    rows_ = Rows<T>(memory);
  }

  /// Here a statement begins: from now on every row keeps what it holds.
  TableMark mark() {
    mark_ = {rows_.size(), undo_.size()};
    return mark_;
  }

  /// Rows changed since `mark`, with what they held then; one that was edited again and again may
  /// stand more than once, its oldest state first. Added rows begin at the mark.
  [[nodiscard]] std::span<const std::pair<RowN, T>> edited() const {
    return std::span(undo_).subspan(mark_.undos);
  }
  [[nodiscard]] RowN first_added() const { return static_cast<RowN>(mark_.rows); }

  void commit() {
    for (const auto& [n, old] : undo_) {
      if (n < saved_) changed_.push_back(n);
    }
    undo_.clear();
    committed_ = rows_.size();
    mark_ = {committed_, 0};
  }

  /// Takes back what was done since `to`, newest first. `restored(n, now, before)` is called for
  /// each changed row and `dropped(n, row)` for each added one, before it goes.
  template <class Restored, class Dropped>
  void rollback(TableMark to, Restored restored, Dropped dropped) {
    while (undo_.size() > to.undos) {
      auto& [n, before] = undo_.back();
      restored(n, rows_[n], before);
      rows_[n] = std::move(before);
      undo_.pop_back();
    }
    while (rows_.size() > to.rows) {
      dropped(static_cast<RowN>(rows_.size() - 1), rows_.back());
      rows_.pop_back();
    }
    mark_ = to;
  }
  /// Where the last `commit` left the table.
  [[nodiscard]] TableMark committed() const { return {committed_, 0}; }

  /// Rows added since `mark_saved` begin here.
  [[nodiscard]] RowN first_unsaved() const { return static_cast<RowN>(saved_); }
  /// Older rows changed since then, possibly with repetition.
  [[nodiscard]] const std::vector<RowN>& changed() const { return changed_; }
  void mark_saved() {
    saved_ = committed_;
    changed_.clear();
  }

 private:
  Rows<T> rows_;
  std::vector<std::pair<RowN, T>> undo_;
  std::vector<RowN> changed_;
  TableMark mark_;
  std::size_t committed_ = 0;
  std::size_t saved_ = 0;
};

/// A table whose rows are also found by their `id`.
template <class T>
class NamedTable final : public Table<T> {
 public:
  RowN add(T row) {
    MUSTER_CHECK(find(row.id) == no_row);
    const RowN n = Table<T>::add(std::move(row));
    by_id_.add((*this)[n].id, n);
    return n;
  }

  void live_in(std::pmr::memory_resource& memory) {
    Table<T>::live_in(memory);
    std::destroy_at(&by_id_);
    std::construct_at(&by_id_, memory);
  }

  /// The row's number, or `no_row`.
  [[nodiscard]] RowN find(std::string_view id) const {
    return by_id_.find(id, [&](RowN n) { return (*this)[n].id == id; });
  }

  /// Gives the row another id, so that its own is free again.
  /// Requires: no row has it.
  void rename(RowN n, std::string id) {
    MUSTER_CHECK(find(id) == no_row);
    by_id_.remove((*this)[n].id, n);
    by_id_.add(id, n);
    this->edit(n).id = std::move(id);
  }

  template <class Restored, class Dropped>
  void rollback(TableMark to, Restored restored, Dropped dropped) {
    Table<T>::rollback(
        to,
        [&](RowN n, const T& now, const T& before) {
          restored(n, now, before);
          if (now.id == before.id) return;
          by_id_.remove(now.id, n);
          by_id_.add(before.id, n);
        },
        [&](RowN n, const T& row) {
          dropped(n, row);
          by_id_.remove(row.id, n);
        });
  }

 private:
  NameIndex by_id_;
};

}  // namespace muster::registry
