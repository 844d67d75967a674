#include "ledger/repair_entries.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t repair_block = 1'024;

}  // namespace

const OwnEntry& OwnEntries::at(std::uint64_t index) {
  const std::uint64_t first = index - index % repair_block;
  if (first_ != first) load(first);
  return block_[index - first];
}

void OwnEntries::load(std::uint64_t first) {
  first_ = first;
  block_.assign(repair_block, OwnEntry{});
  if (store_ == nullptr) return;
  auto bodies = store_->read({first}, repair_block);
  const auto leaves = store_->leaf_hashes({first}, repair_block);
  for (std::size_t i = 0; i < repair_block; ++i) {
    if (!bodies || !leaves) {
      block_[i] = single(first + i);
    } else if (i < bodies->size() && i < leaves->size()) {
      block_[i] = {std::move((*bodies)[i]), (*leaves)[i], false};
    } else {
      block_[i].is_beyond_end = true;
    }
  }
}

OwnEntry OwnEntries::single(std::uint64_t index) {
  OwnEntry entry;
  auto body = store_->read({index}, 1);
  const auto leaf = store_->leaf_hashes({index}, 1);
  if (body && !body->empty()) entry.body = std::move(body->front());
  if (leaf && !leaf->empty()) entry.leaf = leaf->front();
  entry.is_beyond_end = body && body->empty();
  return entry;
}

std::optional<Hash> OwnEntries::previous_of_next(std::uint64_t index) {
  // Not by `at`, which may let the present block go.
  const bool is_last_of_block = (index + 1) % repair_block == 0;
  const OwnEntry next =
      is_last_of_block ? (store_ == nullptr ? OwnEntry{} : single(index + 1)) : at(index + 1);
  if (!next.body) return std::nullopt;
  const auto entry = parse_entry(*next.body);
  if (!entry) return std::nullopt;
  return entry->previous;
}

const Bytes* MirrorEntries::at(std::uint64_t index) {
  if (!is_known(index)) load(index);
  const std::uint64_t place = index - first_;
  return place < given_.size() ? &given_[place] : nullptr;
}

bool MirrorEntries::is_known(std::uint64_t index) const {
  if (index < first_ || index - first_ >= asked_) return false;
  // Where the mirror stopped, it has none; it may have entries behind.
  return index - first_ <= given_.size();
}

void MirrorEntries::load(std::uint64_t index) {
  const std::uint64_t block = index / repair_block;
  first_ = index;
  asked_ = unreadable_ == block ? 1 : repair_block - index % repair_block;
  auto entries = mirror_->read({first_}, asked_);
  if (!entries && asked_ > 1) {
    unreadable_ = block;
    asked_ = 1;
    entries = mirror_->read({first_}, asked_);
  }
  given_ = entries ? std::move(*entries) : std::vector<Bytes>();
}

}  // namespace muster::ledger
