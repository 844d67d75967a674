#pragma once

#include <array>
#include <bit>

#include "ledger/merkle.hpp"

namespace muster::ledger {

/// One hash of an inclusion proof by its place in the tree: the subtree over the leaves
/// [position << height, (position + 1) << height), as far as the tree has them.
struct Sibling {
  unsigned height;
  std::uint64_t position;
  bool ragged;  ///< The tree ends within it: its hash is that of the tree's right edge.
};

/// Shows `use` every sibling on the way from leaf `index` to the root of a tree of `size` leaves,
/// the leaf's own first. Requires: index < size. Source: RFC 9162 section 2.1.3.1, from below.
template <class Use>
void for_each_sibling(LogIndex index, TreeSize size, const Use& use) {
  std::uint64_t position = index.value;
  std::uint64_t last = size.value - 1;  // the position of the tree's last leaf, at each height
  for (unsigned height = 0; last != 0; ++height) {
    const std::uint64_t other = position ^ 1U;
    // Without a sibling a subtree goes up unchanged, and the proof has no hash at this height.
    if (other <= last) {
      const std::uint64_t cut = size.value & ((std::uint64_t{1} << height) - 1);
      use(Sibling{height, other, other == last && cut != 0});
    }
    position >>= 1U;
    last >>= 1U;
  }
}

/// The hash of any subtree from complete ones: `node(height, position)` gives a `Result<Hash>`.
/// Asks for one node for each one bit of `range.count`, the largest first.
template <class Node>
Result<Hash> subtree_from_nodes(const LeafRange& range, const Node& node) {
  std::array<Hash, 64> parts;
  std::size_t count = 0;
  std::uint64_t first = range.first;
  for (std::uint64_t rest = range.count; rest != 0;) {
    const auto height = static_cast<unsigned>(std::bit_width(rest) - 1);
    MUSTER_TRY_ASSIGN(parts.at(count), node(height, first >> height));
    ++count;
    first += std::uint64_t{1} << height;
    rest ^= std::uint64_t{1} << height;
  }
  if (count == 0) return empty_root();
  Hash hash = parts.at(count - 1);
  for (std::size_t i = count - 1; i-- > 0;) hash = node_hash(parts.at(i), hash);
  return hash;
}

/// The hashes that the right end of a tree of one size cuts: computed once, they serve all proofs
/// in it.
class RightEdge final {
 public:
  /// Cost: one hash for each one bit of the size.
  explicit RightEdge(const CompactRange& range);

  /// The hash over the leaves [size >> height << height, size).
  /// Requires: that there are some, which is what `Sibling::ragged` says.
  [[nodiscard]] const Hash& hash(unsigned height) const { return hashes_[height]; }
  [[nodiscard]] const Hash& root() const { return root_; }

 private:
  std::array<Hash, 64> hashes_{};
  Hash root_;
};

}  // namespace muster::ledger
