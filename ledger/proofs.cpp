#include "ledger/proofs.hpp"

namespace muster::ledger {
namespace {

/// The highest level whose subtrees fit into `count` leaves.
unsigned top_level(std::uint64_t count) {
  unsigned level = 0;
  while (count >> (subtree_height_step * (level + 1)) != 0) ++level;
  return level;
}

Result<std::vector<Hash>> hashes(Store& store, unsigned level, const LeafRange& positions) {
  const auto count = static_cast<std::size_t>(positions.count);
  auto found = level == 0 ? store.leaf_hashes({positions.first}, count)
                          : store.subtree_hashes(level, positions.first, count);
  if (found && found->size() != count) {
    return failure(Errc::corrupt, "subtrees of level " + std::to_string(level) + " from " +
                                      std::to_string(positions.first) + ": got " +
                                      std::to_string(found->size()) + ", want " +
                                      std::to_string(count));
  }
  return found;
}

Result<Hash> subtree_hash(Store& store, const LeafRange& range) {
  const unsigned level = top_level(range.count);
  const unsigned height = level * subtree_height_step;
  const LeafRange positions{range.first >> height, range.count >> height};
  MUSTER_TRY_ASSIGN(const auto complete, hashes(store, level, positions));
  CompactRange compact;
  for (const Hash& hash : complete) compact.append(hash);
  const std::uint64_t covered = positions.count << height;
  if (covered == range.count) return compact.root();
  MUSTER_TRY_ASSIGN(const Hash tail,
                    subtree_hash(store, {range.first + covered, range.count - covered}));
  return compact.root_with_tail(tail);
}

Result<void> check_within(Store& store, TreeSize size) {
  MUSTER_TRY_ASSIGN(const CompactRange range, store.compact_range());
  if (size <= range.size()) return {};
  return failure(Errc::invalid_input, "proof: got size " + std::to_string(size.value) +
                                          ", want at most " + std::to_string(range.size().value));
}

}  // namespace

SubtreeHash subtree_hash_of(Store& store) {
  return [&store](const LeafRange& range) { return subtree_hash(store, range); };
}

Result<Proof> prove_inclusion(Store& store, LogIndex index, TreeSize size) {
  MUSTER_TRY(check_within(store, size));
  if (index.value >= size.value) {
    return failure(Errc::invalid_input, "inclusion proof: got index " +
                                            std::to_string(index.value) + ", want below " +
                                            std::to_string(size.value));
  }
  return inclusion_proof(index, size, subtree_hash_of(store));
}

Result<Proof> prove_consistency(Store& store, TreeSize old_size, TreeSize new_size) {
  MUSTER_TRY(check_within(store, new_size));
  if (old_size.value == 0 || old_size > new_size) {
    return failure(Errc::invalid_input,
                   "consistency proof: got sizes " + std::to_string(old_size.value) + " and " +
                       std::to_string(new_size.value) + ", want 0 < first <= second");
  }
  return consistency_proof(old_size, new_size, subtree_hash_of(store));
}

Result<Hash> root_at(Store& store, TreeSize size) {
  MUSTER_TRY(check_within(store, size));
  if (size.value == 0) return empty_root();
  return subtree_hash(store, {0, size.value});
}

}  // namespace muster::ledger
