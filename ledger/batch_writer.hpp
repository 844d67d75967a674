#pragma once

#include "ledger/store.hpp"

namespace muster::ledger {

/// Appends entries that are known to be right, in batches bounded by count and by the bytes of
/// their blobs. Borrows the store.
class BatchWriter final {
 public:
  /// Requires: the store has `size` entries.
  BatchWriter(Store& store, TreeSize size) : store_(&store), size_(size) {}

  /// Errors: those of `append`, also for entries added before.
  Result<void> add(Bytes entry, std::vector<Blob> blobs);
  /// Appends what is still held back.
  Result<void> finish();

 private:
  Store* store_;
  TreeSize size_;
  std::vector<Bytes> entries_;
  std::vector<Blob> blobs_;
  std::size_t blob_bytes_ = 0;
};

}  // namespace muster::ledger
