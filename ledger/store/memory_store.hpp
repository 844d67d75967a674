#pragma once

#include <map>

#include "ledger/store.hpp"

namespace muster::ledger {

/// A log that ends with this object: for tests, simulations and scratch work.
class MemoryStore final : public Store {
 public:
  Result<CompactRange> compact_range() override { return range_; }
  Result<TreeHead> append(TreeSize expected, std::span<const Bytes> entries,
                          std::span<const Blob> blobs) override;
  Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) override;
  Result<std::vector<Hash>> leaf_hashes(LogIndex first, std::size_t count) override;
  Result<std::vector<Hash>> subtree_hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) override;
  Result<Bytes> blob(const Hash& sha256) override;
  Result<std::vector<Hash>> blob_hashes() override;
  Result<std::vector<Hash>> blob_hashes_after(const std::optional<Hash>& after,
                                              std::size_t count) override;
  Result<bool> has_blob(const Hash& sha256) override { return blobs_.contains(sha256); }
  Result<void> settle() override { return {}; }
  Result<void> put_checkpoint(std::string_view text) override;
  Result<void> retire() override;
  Result<std::vector<std::string>> checkpoints() override { return checkpoints_; }
  Result<std::vector<std::string>> checkpoints_from(std::uint64_t skip, std::size_t count) override;
  Result<std::optional<std::string>> newest_checkpoint() override;
  Result<std::vector<std::string>> newest_checkpoints(std::uint64_t skip,
                                                      std::size_t count) override;
  Result<std::vector<std::string>> structural_problems() override;

 private:
  CompactRange range_;
  std::vector<Bytes> entries_;
  std::vector<std::vector<Hash>> levels_{1};  // [0] the leaves, [1] subtrees of 256, …
  std::map<Hash, Bytes> blobs_;
  std::vector<std::string> checkpoints_;
  bool retired_ = false;
};

}  // namespace muster::ledger
