#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cli/context.hpp"
#include "ledger/store/writer_lock.hpp"
#include "ledger/witness/witness_state.hpp"

namespace muster::cli {

/// A witness's folder, open: `witness.json` (its name), `witness.key`, `witness.db` (what it must
/// never forget) and `evidence/`.
class WitnessHome final {
 public:
  /// Makes a new folder with a key and an empty state. `key_file`, when given, is a key that signs
  /// nothing else; its copy becomes the witness's.
  /// Errors: `conflict` if the folder is not empty; `invalid_input` for a name that cannot name a
  /// key; those of the key file.
  static Result<void> create(Context& context, const std::filesystem::path& folder,
                             const std::string& name, const std::string& key_file);
  /// Errors: `not_found` when there is no witness; `corrupt` when its key is there and its state is
  /// not: it may have cosigned what it does not know any more.
  static Result<std::unique_ptr<WitnessHome>> open(const std::filesystem::path& folder);

  /// Makes this process the one that signs. Errors: `unavailable` when another one does.
  Result<void> take_over();

  [[nodiscard]] ledger::WitnessState& state() { return *state_; }
  [[nodiscard]] ledger::Cosigner cosigner() const { return {name_, &signer_}; }
  [[nodiscard]] ledger::CosignerKey verifier_key() const { return cosigner().verifier_key(); }
  [[nodiscard]] std::filesystem::path evidence() const { return folder_ / "evidence"; }

 private:
  WitnessHome(std::filesystem::path folder, std::string name, const crypto::Ed25519Signer& signer)
      : folder_(std::move(folder)), name_(std::move(name)), signer_(signer) {}

  std::filesystem::path folder_;
  std::string name_;
  crypto::Ed25519Signer signer_;
  std::unique_ptr<ledger::WitnessState> state_;
  std::optional<ledger::WriterLock> lock_;
};

}  // namespace muster::cli
