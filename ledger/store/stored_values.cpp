#include "ledger/store/stored_values.hpp"

namespace muster::ledger {
namespace {

/// The same, as damage: what a store keeps cannot be what somebody gave wrongly.
Error as_corrupt(Error error) {
  error.code = Errc::corrupt;
  return error;
}

}  // namespace

Result<Hash> stored_hash(ByteView bytes, std::string_view what) {
  auto hash = Hash::from_bytes(bytes);
  if (!hash) return failure(as_corrupt(std::move(hash).error().during(what)));
  return hash;
}

Error missing_row(std::string_view what, std::uint64_t want, std::int64_t next) {
  return {Errc::corrupt,
          std::string(what) + " " + std::to_string(want) + ": missing, the next is " +
              std::to_string(next),
          {}};
}

Bytes nodes_value(const CompactRange& range) {
  Bytes bytes;
  for (const Hash& hash : range.nodes()) append(bytes, hash.view());
  return bytes;
}

Result<CompactRange> stored_range(TreeSize size, ByteView nodes) {
  std::vector<Hash> hashes;
  for (; nodes.size() >= Hash::size_bytes; nodes = nodes.subspan(Hash::size_bytes)) {
    MUSTER_TRY_ASSIGN(const Hash hash, stored_hash(nodes.first(Hash::size_bytes), "tree_edge"));
    hashes.push_back(hash);
  }
  auto range = CompactRange::from_nodes(size, std::move(hashes));
  if (!range) return failure(as_corrupt(std::move(range).error().during("tree_edge")));
  return range;
}

void append_leaf(CompactRange& range, const Hash& leaf, std::vector<Subtree>& complete) {
  range.append(leaf, [&complete](const Subtree& subtree) {
    const bool is_kept = subtree.height > 0 && subtree.height % subtree_height_step == 0;
    if (is_kept) complete.push_back(subtree);
  });
}

}  // namespace muster::ledger
