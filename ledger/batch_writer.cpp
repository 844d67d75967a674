#include "ledger/batch_writer.hpp"

#include <iterator>

namespace muster::ledger {
namespace {

constexpr std::size_t most_batch_entries = 1'024;
constexpr std::size_t most_batch_blob_bytes = std::size_t{64} << 20U;

}  // namespace

Result<void> BatchWriter::add(Bytes entry, std::vector<Blob> blobs) {
  entries_.push_back(std::move(entry));
  for (const Blob& blob : blobs) blob_bytes_ += blob.bytes.size();
  blobs_.insert(blobs_.end(), std::make_move_iterator(blobs.begin()),
                std::make_move_iterator(blobs.end()));
  if (entries_.size() < most_batch_entries && blob_bytes_ < most_batch_blob_bytes) return {};
  return finish();
}

Result<void> BatchWriter::finish() {
  if (entries_.empty()) return {};
  MUSTER_TRY_ASSIGN(const TreeHead head, store_->append(size_, entries_, blobs_));
  size_ = head.size;
  entries_.clear();
  blobs_.clear();
  blob_bytes_ = 0;
  return {};
}

}  // namespace muster::ledger
