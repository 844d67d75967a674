#include "cli/signed_log.hpp"

#include "cli/log_operator.hpp"
#include "ledger/proofs.hpp"

namespace muster::cli {

Result<std::vector<ledger::VerifierKey>> verifier_keys(const std::vector<std::string>& texts,
                                                       const char* option) {
  std::vector<ledger::VerifierKey> keys;
  for (const std::string& text : texts) {
    auto key = ledger::VerifierKey::parse(text);
    if (!key) return failure(std::move(key).error().during(option));
    keys.push_back(std::move(*key));
  }
  return keys;
}

Result<void> SignedLog::open_tiles(const std::string& folder) {
  auto log = ledger::TiledLog::open(ledger::folder_source(folder));
  if (!log) return failure(std::move(log).error().during(folder));
  tiles_ = std::make_unique<ledger::TiledLog>(std::move(*log));
  note_ = tiles_->note();
  return {};
}

Result<void> SignedLog::open_registry(const Context& context) {
  MUSTER_TRY_ASSIGN(store_, open_store(context));
  MUSTER_TRY_ASSIGN(auto note, current_checkpoint(context, *store_));
  if (!note) {
    return failure(Errc::unavailable,
                   "this copy of the log has no signed checkpoint: nothing in it is the operator's "
                   "word");
  }
  note_ = std::move(*note);
  MUSTER_TRY_ASSIGN(const auto parsed, ledger::parse_checkpoint(note_));
  MUSTER_TRY_ASSIGN(const Hash root, ledger::root_at(*store_, parsed.size));
  if (root == parsed.root) return {};
  return failure(Errc::corrupt, "this copy of the log has root " + root.to_hex() +
                                    ", its checkpoint says " + parsed.root.to_hex() +
                                    ": `ledger verify` names what is wrong");
}

Result<SignedLog> SignedLog::open(const Context& context, const std::string& folder,
                                  std::span<const ledger::VerifierKey> keys) {
  SignedLog log;
  MUSTER_TRY(folder.empty() ? log.open_registry(context) : log.open_tiles(folder));
  MUSTER_TRY_ASSIGN(log.checkpoint_, ledger::verify_log_checkpoint(log.note_, keys));
  return log;
}

ledger::EntryMirror SignedLog::mirror() const {
  return tiles_ ? ledger::mirror_of(*tiles_) : ledger::mirror_of(*store_);
}

Result<ledger::Receipt> SignedLog::receipt(ledger::LogIndex index) const {
  return tiles_ ? tiles_->receipt(index) : ledger::make_receipt(*store_, index, note_);
}

Result<ledger::PrefixRoot> SignedLog::prefix(ledger::TreeSize size) const {
  ledger::PrefixRoot prefix;
  if (tiles_) {
    MUSTER_TRY_ASSIGN(prefix.root, tiles_->root_at(size));
    MUSTER_TRY_ASSIGN(prefix.proof, tiles_->consistency(size, checkpoint_.size));
    return prefix;
  }
  MUSTER_TRY_ASSIGN(prefix.root, ledger::root_at(*store_, size));
  MUSTER_TRY_ASSIGN(prefix.proof, ledger::prove_consistency(*store_, size, checkpoint_.size));
  return prefix;
}

}  // namespace muster::cli
