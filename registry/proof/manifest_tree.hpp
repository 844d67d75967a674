#pragma once

#include <span>
#include <vector>

#include "ledger/merkle_tree.hpp"
#include "registry/event.hpp"
#include "registry/proof/state_proof.hpp"

namespace muster::registry {

/// A manifest of chips with its tree, for proofs about any chip.
class ManifestTree final {
 public:
  /// Errors: `corrupt` if the blob is not what the reference says.
  /// Cost: about 1 µs an item, 130 bytes of memory each beside the blob.
  static Result<ManifestTree> open(Bytes blob, const ManifestRef& ref,
                                   std::span<const Field> columns);

  /// The chip's item; or those between which it would stand, or the first or last one alone.
  [[nodiscard]] std::vector<ItemProof> around(const ChipId& chip) const;

 private:
  struct Line {
    ChipId chip;
    std::size_t first;  // of the item, in the blob
    std::size_t bytes;
    std::array<std::uint8_t, salt_bytes> salt;
  };

  explicit ManifestTree(Bytes blob) : blob_(std::move(blob)) {}
  Result<void> read(std::span<const Field> columns);
  [[nodiscard]] ItemProof item(std::size_t index) const;

  Bytes blob_;
  std::vector<Line> lines_{};
  ledger::MerkleTree tree_{};
};

}  // namespace muster::registry
