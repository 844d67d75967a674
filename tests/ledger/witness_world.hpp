#pragma once

#include <memory>
#include <string>

#include "ledger/checkpoint.hpp"
#include "ledger/store/memory_store.hpp"
#include "ledger/witness/witness.hpp"
#include "tests/support/folder.hpp"

namespace muster::test {

/// A log of numbered entries that signs whatever it is told to, forks included.
class TalkativeLog final {
 public:
  /// The history of `size` entries; from entry `fork` on it is not the usual one.
  explicit TalkativeLog(std::uint64_t size, std::uint64_t fork = UINT64_MAX);

  /// The signed checkpoint of its first `size` entries.
  [[nodiscard]] std::string checkpoint(std::uint64_t size);
  /// The body of a request to cosign `size`, proving from `old_size`.
  [[nodiscard]] std::string request(std::uint64_t old_size, std::uint64_t size);

  [[nodiscard]] ledger::Store& store() { return store_; }
  [[nodiscard]] static ledger::VerifierKey key();
  static constexpr const char* origin = "log.example/one";

 private:
  ledger::MemoryStore store_;
};

/// A witness in a folder of its own that follows the log above.
class WitnessWorld final {
 public:
  explicit WitnessWorld(const std::string& name);

  /// Forgets all memory.
  void stop();
  /// Opens the folder anew, as after a restart.
  void restart(std::function<void()> before_signing = {});
  [[nodiscard]] ledger::Witness& witness() { return *witness_; }
  [[nodiscard]] ledger::WitnessState& state() { return *state_; }
  [[nodiscard]] std::filesystem::path state_file() const { return folder_.path() / "witness.db"; }
  [[nodiscard]] std::filesystem::path evidence() const { return folder_.path() / "evidence"; }
  /// Names of all evidence files.
  [[nodiscard]] std::vector<std::string> evidence_files() const;
  [[nodiscard]] static ledger::CosignerKey key();

  /// Status of a request at second 1,000,000 or at `second`.
  unsigned status(const std::string& body, std::int64_t second = 1'000'000);

 private:
  Folder folder_;
  std::unique_ptr<ledger::WitnessState> state_;
  std::unique_ptr<ledger::Witness> witness_;
};

}  // namespace muster::test
