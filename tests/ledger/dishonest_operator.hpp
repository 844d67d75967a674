#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/store/memory_store.hpp"

namespace muster::test {

/// A log with its operator's key, who may be honest or not.
class OperatedLog final {
 public:
  static const ledger::VerifierKey& key();
  /// The same as the one key of this log.
  static std::span<const ledger::VerifierKey> keys();

  /// An honest log of `entries` statements, accepted a second apart, without a checkpoint.
  explicit OperatedLog(std::uint64_t entries);

  /// What a writer with the operator's key can make of these entries after `change`: numbers,
  /// chain and tree hashes follow from what was changed.
  [[nodiscard]] OperatedLog rewritten(
      const std::function<void(std::vector<ledger::Entry>&)>& change) const;

  /// Goes on honestly: `entries` more, different ones for each `first_number`.
  void append(std::uint64_t entries, std::uint64_t first_number);

  /// The signed head of now, which the log keeps. No honesty is asked for. `signer` other than 9:
  /// by another of the operator's keys.
  std::string sign_head(std::uint64_t signer = 9);

  [[nodiscard]] ledger::Store& store() const { return *store_; }

 private:
  OperatedLog();
  void put(const std::vector<ledger::Entry>& entries);

  std::unique_ptr<ledger::MemoryStore> store_;
};

}  // namespace muster::test
