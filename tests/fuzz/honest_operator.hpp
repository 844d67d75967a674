#pragma once

#include <string>

#include "ledger/checkpoint.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/store/memory_store.hpp"

namespace muster::fuzz {

/// A log whose operator signed one history only, for targets that look for a way to accuse him of
/// more, or to have him vouch for what he never signed.
class HonestOperator final {
 public:
  static constexpr std::uint64_t entries = 41;
  static constexpr const char* origin = "log.example/honest";

  /// The one such log of this process.
  static HonestOperator& instance();

  [[nodiscard]] ledger::Store& store() { return store_; }
  [[nodiscard]] const crypto::Ed25519Signer& signer() const { return signer_; }
  [[nodiscard]] const ledger::VerifierKey& key() const { return key_; }
  /// What was signed for the first `size` entries. Requires: size <= entries.
  [[nodiscard]] std::string checkpoint(std::uint64_t size);

 private:
  HonestOperator();

  crypto::Ed25519Signer signer_;
  ledger::VerifierKey key_;
  ledger::MemoryStore store_;
};

}  // namespace muster::fuzz
