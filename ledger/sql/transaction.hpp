#pragma once

#include "ledger/sql/database.hpp"

namespace muster::sql {

/// `write` takes the write lock at once, so that no later statement can lose it to another writer;
/// `read` gives every statement the same snapshot.
enum class TransactionKind { write, read };

/// All of what happens in its scope, or nothing: rolls back unless committed.
class Transaction final {
 public:
  /// Errors: `unavailable` if another writer holds the lock for longer than the busy timeout.
  /// Requires: no open transaction on `database`, which outlives this object and does not move.
  static Result<Transaction> begin(Database& database,
                                   TransactionKind kind = TransactionKind::write);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// Errors: everything is then rolled back.
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace muster::sql
