#include "ledger/sql/transaction.hpp"

#include <utility>

namespace muster::sql {

Result<Transaction> Transaction::begin(Database& database, TransactionKind kind) {
  MUSTER_TRY(database.run(kind == TransactionKind::write ? "begin immediate" : "begin deferred"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ == nullptr || !database_->in_transaction()) return;
  // A rollback that fails leaves the transaction to die with the connection.
  const Result<void> ended = database_->run("rollback");
  static_cast<void>(ended);
}

Result<void> Transaction::commit() {
  MUSTER_TRY(database_->run("commit"));
  database_ = nullptr;
  return {};
}

}  // namespace muster::sql
