#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/home.hpp"
#include "ledger/evidence.hpp"
#include "ledger/tiles/tiled_log.hpp"

namespace muster::cli {

/// Verifier keys as options give them. Errors: `invalid_input`, naming the option.
Result<std::vector<ledger::VerifierKey>> verifier_keys(const std::vector<std::string>& texts,
                                                       const char* option);

/// A copy of a log up to a checkpoint that its operator signed: a folder of tiles, or a registry.
/// What it gives leads to the root of that checkpoint.
class SignedLog final {
 public:
  /// The tiles in `folder` if one is named, else the registry's log.
  /// Errors: `unavailable` for a registry without a signed checkpoint; `refused` with
  /// `checkpoint.*` if none of `keys` signed it; `corrupt` for entries that do not lead to it;
  /// those of the source.
  static Result<SignedLog> open(const Context& context, const std::string& folder,
                                std::span<const ledger::VerifierKey> keys);

  [[nodiscard]] const ledger::Checkpoint& checkpoint() const { return checkpoint_; }
  [[nodiscard]] const std::string& note() const { return note_; }
  [[nodiscard]] ledger::TreeSize size() const { return checkpoint_.size; }
  /// Borrows this object.
  [[nodiscard]] ledger::EntryMirror mirror() const;
  /// Requires: an entry within the checkpoint.
  Result<ledger::Receipt> receipt(ledger::LogIndex index) const;
  /// The root at a smaller size, and that the checkpoint's tree begins so.
  /// Requires: 0 < size <= the checkpoint's.
  Result<ledger::PrefixRoot> prefix(ledger::TreeSize size) const;

 private:
  SignedLog() = default;
  Result<void> open_tiles(const std::string& folder);
  Result<void> open_registry(const Context& context);

  std::unique_ptr<ledger::TiledLog> tiles_;
  std::unique_ptr<ledger::Store> store_;
  std::string note_;
  ledger::Checkpoint checkpoint_;
};

}  // namespace muster::cli
