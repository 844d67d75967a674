#pragma once

#include <optional>
#include <string>

#include "cli/log_operator.hpp"
#include "ledger/receipt.hpp"

namespace muster::cli {

/// Makes receipts for entries of the registry's log: under the oldest kept checkpoint that serves
/// (see `checkpoint_for_receipt`), or one that is signed now where the operator's key is there.
class ReceiptDesk final {
 public:
  /// `policy_file` as in `witness_policy`. Borrows context and store.
  static Result<ReceiptDesk> open(Context& context, ledger::Store& store,
                                  const std::string& policy_file);

  /// The same where the log's key and policy are known, without looking for them.
  static ReceiptDesk with(Context& context, ledger::Store& store, ledger::VerifierKey key,
                          std::optional<ledger::Policy> policy) {
    return ReceiptDesk(context, store, std::move(key), std::move(policy));
  }

  /// Errors: `not_found` for an entry that is not there; `unavailable` when no signed checkpoint
  /// covers it and none can be signed here.
  Result<ledger::Receipt> receipt(ledger::LogIndex index);

  /// The level of a receipt by this desk's policy.
  Result<int> level(const ledger::Receipt& receipt) const;

 private:
  ReceiptDesk(Context& context, ledger::Store& store, ledger::VerifierKey key,
              std::optional<ledger::Policy> policy)
      : context_(&context), store_(&store), key_(std::move(key)), policy_(std::move(policy)) {}

  Context* context_;
  ledger::Store* store_;
  ledger::VerifierKey key_;
  std::optional<ledger::Policy> policy_;
};

/// The forms in which receipts are written.
inline constexpr const char* receipt_form_json = "json";
inline constexpr const char* receipt_form_tlog_proof = "tlog-proof";

/// A receipt as text in one of the forms. Requires: one of the two.
[[nodiscard]] std::string receipt_text(const ledger::Receipt& receipt, const std::string& form);

/// Writes the receipt of each recorded statement to `<statement>.receipt` in `folder`, which is
/// made when it is not there. A receipt that is there already is the first one, and stays.
Result<void> keep_receipt(ReceiptDesk& desk, const std::string& folder, const Hash& statement,
                          ledger::LogIndex index);

}  // namespace muster::cli
