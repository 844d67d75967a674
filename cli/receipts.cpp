#include "cli/receipts.hpp"

#include <filesystem>

#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {

Result<ReceiptDesk> ReceiptDesk::open(Context& context, ledger::Store& store,
                                      const std::string& policy_file) {
  MUSTER_TRY_ASSIGN(auto key, log_key(store));
  MUSTER_TRY_ASSIGN(auto policy, witness_policy(context, policy_file));
  return ReceiptDesk(context, store, std::move(key), std::move(policy));
}

Result<ledger::Receipt> ReceiptDesk::receipt(ledger::LogIndex index) {
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store_->head());
  if (index.value >= tree.size.value) {
    return failure(Errc::not_found, "entry " + std::to_string(index.value) + ": the log has " +
                                        print::counted(tree.size.value, "entry", "entries"));
  }
  const ledger::Policy* policy = policy_ ? &*policy_ : nullptr;
  MUSTER_TRY_ASSIGN(auto checkpoint, ledger::checkpoint_for_receipt(*store_, index, key_, policy));
  if (!checkpoint) {
    MUSTER_TRY_ASSIGN(checkpoint, current_checkpoint(*context_, *store_));
  }
  if (!checkpoint) {
    return failure(Errc::unavailable,
                   "receipt for entry " + std::to_string(index.value) +
                       ": no signed checkpoint is kept and the operator's key is not here");
  }
  // Who has the key may be another front end, which signs a moment later.
  MUSTER_TRY_ASSIGN(const auto covered, ledger::parse_checkpoint(*checkpoint));
  if (index.value >= covered.size.value) {
    return failure(Errc::unavailable, "receipt for entry " + std::to_string(index.value) +
                                          ": no signed checkpoint covers it yet; ask again");
  }
  return ledger::make_receipt(*store_, index, *checkpoint);
}

Result<int> ReceiptDesk::level(const ledger::Receipt& receipt) const {
  MUSTER_TRY_ASSIGN(const auto facts, policy_ ? ledger::verify_receipt(receipt, key_, *policy_)
                                              : ledger::verify_receipt(receipt, key_));
  return facts.level();
}

std::string receipt_text(const ledger::Receipt& receipt, const std::string& form) {
  if (form == receipt_form_tlog_proof) return ledger::encode_receipt_as_tlog_proof(receipt);
  return ledger::encode_receipt(receipt) + "\n";
}

Result<void> keep_receipt(ReceiptDesk& desk, const std::string& folder, const Hash& statement,
                          ledger::LogIndex index) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const auto file = std::filesystem::path(folder) / (statement.to_hex() + ".receipt");
  if (std::filesystem::exists(file, problem)) return {};
  MUSTER_TRY_ASSIGN(const auto receipt, desk.receipt(index));
  return create_file(file, as_bytes(receipt_text(receipt, receipt_form_json)));
}

}  // namespace muster::cli
