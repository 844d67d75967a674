#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger/base/check.hpp"
#include "registry/values.hpp"

namespace muster::registry {

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
  [[nodiscard]] const std::vector<T>& rows() const { return rows_; }

  RowN add(T row) {
    MUSTER_CHECK(rows_.size() < no_row);
    rows_.push_back(std::move(row));
    return static_cast<RowN>(rows_.size() - 1);
  }

  /// The row, to be changed by the caller. What it held is kept until `commit`.
  T& edit(RowN n) {
    MUSTER_CHECK(n < rows_.size());
    if (n < committed_) undo_.emplace_back(n, rows_[n]);
    return rows_[n];
  }

  void reserve(std::size_t more) {
    // Growing by exactly what a lot needs would copy all rows at every lot.
    if (rows_.capacity() < rows_.size() + more) {
      rows_.reserve(std::max(rows_.size() + more, rows_.capacity() * 2));
    }
  }

  void commit() {
    for (const auto& [n, old] : undo_) {
      if (n < saved_) changed_.push_back(n);
    }
    undo_.clear();
    committed_ = rows_.size();
  }

  /// Takes back what was done since `commit`, newest first. `restored(n, now, before)` is called
  /// for each changed row and `dropped(n, row)` for each added one, before it goes.
  template <class Restored, class Dropped>
  void rollback(Restored restored, Dropped dropped) {
    for (std::size_t n = rows_.size(); n > committed_; --n) {
      dropped(static_cast<RowN>(n - 1), rows_[n - 1]);
      rows_.pop_back();
    }
    for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) {
      restored(undo->first, rows_[undo->first], undo->second);
      rows_[undo->first] = std::move(undo->second);
    }
    undo_.clear();
  }
  void rollback() {
    rollback([](RowN, const T&, const T&) {}, [](RowN, const T&) {});
  }

  /// Rows added since `mark_saved` begin here.
  [[nodiscard]] RowN first_unsaved() const { return static_cast<RowN>(saved_); }
  /// Older rows changed since then, possibly with repetition.
  [[nodiscard]] const std::vector<RowN>& changed() const { return changed_; }
  void mark_saved() {
    saved_ = committed_;
    changed_.clear();
  }

 private:
  std::vector<T> rows_;
  std::vector<std::pair<RowN, T>> undo_;
  std::vector<RowN> changed_;
  std::size_t committed_ = 0;
  std::size_t saved_ = 0;
};

/// A table whose rows are also found by their `id`.
template <class T>
class NamedTable final : public Table<T> {
 public:
  RowN add(T row) {
    std::string id = row.id;
    const RowN n = Table<T>::add(std::move(row));
    const bool fresh = by_id_.emplace(std::move(id), n).second;
    MUSTER_CHECK(fresh);
    return n;
  }

  /// The row's number, or `no_row`.
  [[nodiscard]] RowN find(const std::string& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? no_row : found->second;
  }

  void rollback() {
    Table<T>::rollback([](RowN, const T&, const T&) {},
                       [this](RowN, const T& row) { by_id_.erase(row.id); });
  }

 private:
  std::unordered_map<std::string, RowN> by_id_;
};

}  // namespace muster::registry
