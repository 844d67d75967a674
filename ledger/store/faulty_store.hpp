#pragma once

#include <functional>

#include "ledger/store.hpp"

namespace muster::ledger {

/// When the call fails: `before` nothing was done; `after` it was done and only the answer is lost.
enum class FaultKind { before, after };

/// Another store whose n-th call fails with `unavailable`, and every later one too, as after a disk
/// that has gone. Tests loop over n. Borrows the store.
class FaultyStore final : public Store {
 public:
  struct Fault {
    std::size_t call;  ///< The first call that fails, counting from 0.
    FaultKind kind;
  };

  FaultyStore(Store& inner, const Fault& fault) : inner_(&inner), fault_(fault) {}

  /// Has another process, so to say, act before each call that does not fail. It is given the
  /// call's number.
  void before_each(std::function<void(std::size_t)> other) { other_ = std::move(other); }

  [[nodiscard]] std::size_t calls() const { return calls_; }

  Result<CompactRange> compact_range() override;
  Result<TreeHead> append(TreeSize expected, std::span<const Bytes> entries,
                          std::span<const Blob> blobs) override;
  Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) override;
  Result<std::vector<Hash>> leaf_hashes(LogIndex first, std::size_t count) override;
  Result<std::vector<StoredEntry>> read_stored(LogIndex first, std::size_t count,
                                               std::size_t bytes) override;
  Result<std::vector<Hash>> subtree_hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) override;
  Result<Bytes> blob(const Hash& sha256) override;
  Result<std::vector<Hash>> blob_hashes() override;
  Result<std::vector<Hash>> blob_hashes_after(const std::optional<Hash>& after,
                                              std::size_t count) override;
  Result<bool> has_blob(const Hash& sha256) override;
  Result<Hash> blob_digest(const Hash& sha256) override;
  Result<void> hold_writer_lock() override;
  void release_writer_lock() override { inner_->release_writer_lock(); }
  Result<void> retire() override;
  Result<bool> is_retired() override { return inner_->is_retired(); }
  Result<void> settle() override;
  Result<void> put_checkpoint(std::string_view text) override;
  Result<std::vector<std::string>> checkpoints() override;
  Result<std::vector<std::string>> checkpoints_from(std::uint64_t skip, std::size_t count) override;
  Result<std::optional<std::string>> newest_checkpoint() override;
  Result<std::vector<std::string>> newest_checkpoints(std::uint64_t skip,
                                                      std::size_t count) override;
  Result<std::unique_ptr<Snapshot>> snapshot() override;
  Result<std::vector<std::string>> structural_problems() override;

 private:
  template <class Call>
  auto counted(const Call& call) -> decltype(call());

  Store* inner_;
  Fault fault_;
  std::size_t calls_ = 0;
  std::function<void(std::size_t)> other_{};
};

}  // namespace muster::ledger
