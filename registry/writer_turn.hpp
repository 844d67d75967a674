#pragma once

#include <utility>

#include "ledger/store.hpp"

namespace muster::registry {

/// The right to write, from when it is taken until it is given back.
class WriterTurn final {
 public:
  explicit WriterTurn(ledger::Store& store) : store_(store) {}
  WriterTurn(const WriterTurn&) = delete;
  WriterTurn& operator=(const WriterTurn&) = delete;
  ~WriterTurn() { give_back(); }

  /// Errors: `unavailable` after the store's time limit.
  Result<void> take() {
    if (is_ours_) return {};
    MUSTER_TRY(store_.hold_writer_lock());
    is_ours_ = true;
    return {};
  }

  void give_back() {
    if (std::exchange(is_ours_, false)) store_.release_writer_lock();
  }

 private:
  ledger::Store& store_;
  bool is_ours_ = false;
};

}  // namespace muster::registry
