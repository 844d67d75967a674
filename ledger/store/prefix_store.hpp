#pragma once

#include "ledger/store.hpp"

namespace muster::ledger {

/// The first entries of another log, as if no more had ever been appended: for reading what was
/// known then. Whoever reads it cannot tell it from a log that ends there; nothing can be written.
/// Blobs are those of the whole log, since they are only ever asked for by name. Borrows the store.
class PrefixStore final : public Store {
 public:
  /// Errors: `invalid_input` if the log has fewer entries; those of the store.
  /// Cost: reads `size` leaf hashes.
  static Result<std::unique_ptr<PrefixStore>> open(Store& whole, TreeSize size);

  Result<CompactRange> compact_range() override { return range_; }
  /// Errors: `invalid_input`, always.
  Result<TreeHead> append(TreeSize expected, std::span<const Bytes> entries,
                          std::span<const Blob> blobs) override;
  Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) override;
  Result<std::vector<Hash>> leaf_hashes(LogIndex first, std::size_t count) override;
  Result<std::vector<Hash>> subtree_hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) override;
  Result<Bytes> blob(const Hash& sha256) override { return whole_->blob(sha256); }
  Result<std::vector<Hash>> blob_hashes() override { return whole_->blob_hashes(); }
  Result<std::vector<Hash>> blob_hashes_after(const std::optional<Hash>& after,
                                              std::size_t count) override {
    return whole_->blob_hashes_after(after, count);
  }
  Result<bool> has_blob(const Hash& sha256) override { return whole_->has_blob(sha256); }
  Result<Hash> blob_digest(const Hash& sha256) override { return whole_->blob_digest(sha256); }
  Result<void> settle() override { return whole_->settle(); }
  /// Errors: `invalid_input`, always.
  Result<void> retire() override;
  /// Errors: `invalid_input`, always.
  Result<void> put_checkpoint(std::string_view text) override;
  /// Those of no more entries than this store has, and texts that are no checkpoints: nothing says
  /// that they came later, and whoever judges the log must see them.
  Result<std::vector<std::string>> checkpoints() override;
  Result<std::optional<std::string>> newest_checkpoint() override;
  Result<std::vector<std::string>> newest_checkpoints(std::uint64_t skip,
                                                      std::size_t count) override;
  Result<std::unique_ptr<Snapshot>> snapshot() override { return whole_->snapshot(); }
  Result<std::vector<std::string>> structural_problems() override;

 private:
  PrefixStore(Store& whole, CompactRange range) : whole_(&whole), range_(std::move(range)) {}
  [[nodiscard]] std::size_t within(std::uint64_t first, std::size_t count) const;

  Store* whole_;
  CompactRange range_;
};

}  // namespace muster::ledger
