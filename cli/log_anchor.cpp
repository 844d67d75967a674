#include "cli/log_anchor.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t checkpoints_per_read = 64;

Result<std::optional<ledger::Checkpoint>> newest_kept(ledger::Store& store,
                                                      std::span<const ledger::VerifierKey> keys) {
  for (std::uint64_t skip = 0;; skip += checkpoints_per_read) {
    MUSTER_TRY_ASSIGN(const auto texts, store.newest_checkpoints(skip, checkpoints_per_read));
    if (texts.empty()) return std::optional<ledger::Checkpoint>();
    for (const std::string& text : texts) {
      auto good = ledger::verify_log_checkpoint(text, keys);
      if (good) return std::optional(std::move(*good));
    }
  }
}

}  // namespace

Result<std::optional<ledger::Checkpoint>> newest_signed_by(
    ledger::Store& store, std::span<const ledger::VerifierKey> keys,
    const std::vector<std::string>& held) {
  MUSTER_TRY_ASSIGN(auto newest, newest_kept(store, keys));
  for (const std::string& text : held) {
    auto good = ledger::verify_log_checkpoint(text, keys);
    if (good && (!newest || newest->size < good->size)) newest = std::move(*good);
  }
  return newest;
}

}  // namespace muster::cli
