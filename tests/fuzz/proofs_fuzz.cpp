// Inclusion and consistency proofs against a real tree. The input says which true proof is taken
// and how it is changed: of all leaves, indexes and proofs, the root of the tree accepts for each
// place the one leaf that stands there with its one proof; and of all older roots the one it went
// on from.
//
// Bytes: 0 kind; 1 size; 2 index or older size; then edits of two bytes, what and where.

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace {

using namespace muster;
using namespace muster::ledger;

constexpr std::size_t most_leaves = 256;

const std::vector<Hash>& leaves() {
  static const std::vector<Hash> all = [] {
    std::vector<Hash> made;
    for (std::size_t i = 0; i < most_leaves; ++i) {
      made.push_back(leaf_hash(as_bytes("leaf " + std::to_string(i))));
    }
    return made;
  }();
  return all;
}

std::span<const Hash> first_leaves(std::uint64_t count) { return std::span(leaves()).first(count); }

/// A claim about a tree: changed by the input, judged by the proof.
struct Claim {
  std::uint64_t place = 0;  ///< Index of a leaf, or the older size.
  Hash hash{};              ///< The leaf, or the older root.
  ledger::Proof proof{};

  friend bool operator==(const Claim&, const Claim&) = default;
};

void flip(Hash& hash, unsigned bit) {
  hash.bytes[bit / 8] = static_cast<std::uint8_t>(hash.bytes[bit / 8] ^ (1U << (bit % 8)));
}

void edit(Claim& claim, std::uint8_t what, std::uint8_t where) {
  ledger::Proof& proof = claim.proof;
  const std::size_t at = proof.empty() ? 0 : where % proof.size();
  const auto place = proof.begin() + static_cast<std::ptrdiff_t>(at);
  switch (what % 9) {
    case 0:
      claim.place = where;
      break;
    case 1:
      flip(claim.hash, where);
      break;
    case 2:
      claim.hash = leaves()[where];
      break;
    case 3:
      if (!proof.empty()) flip(*place, where);
      break;
    case 4:
      proof.insert(place, leaves()[where]);
      break;
    case 5:
      if (!proof.empty()) proof.erase(place);
      break;
    case 6:
      if (!proof.empty()) std::swap(proof.front(), *place);
      break;
    case 7:
      if (!proof.empty()) *place = leaves()[where];
      break;
    default:
      claim.hash = root_hash(first_leaves(where));
      break;
  }
}

Claim edited(Claim claim, ByteView edits) {
  for (std::size_t i = 0; i + 1 < edits.size() && i < 64; i += 2) {
    edit(claim, edits[i], edits[i + 1]);
  }
  return claim;
}

Claim true_inclusion(std::uint64_t index, std::uint64_t size) {
  return {index, leaves()[index],
          inclusion_proof({index}, {size}, subtree_hash_of(first_leaves(size))).value()};
}

Claim true_consistency(std::uint64_t older, std::uint64_t size) {
  return {older, root_hash(first_leaves(older)),
          consistency_proof({older}, {size}, subtree_hash_of(first_leaves(size))).value()};
}

void check_inclusion(std::uint64_t size, std::uint64_t index, ByteView edits) {
  const TreeHead head{{size}, root_hash(first_leaves(size))};
  const Claim claim = edited(true_inclusion(index, size), edits);
  const bool verifies = inclusion_verifies(claim.hash, {claim.place}, head, claim.proof);
  const bool is_true = claim.place < size && claim == true_inclusion(claim.place, size);
  MUSTER_CHECK(verifies == is_true);
  const auto root = root_of_inclusion(claim.hash, {claim.place}, {size}, claim.proof);
  MUSTER_CHECK(verifies == (root && *root == head.root));
}

void check_consistency(std::uint64_t size, std::uint64_t older, ByteView edits) {
  const TreeHead head{{size}, root_hash(first_leaves(size))};
  const Claim claim = edited(true_consistency(older, size), edits);
  const bool verifies = consistency_verifies({{claim.place}, claim.hash}, head, claim.proof);
  const bool is_true =
      claim.place > 0 && claim.place <= size && claim == true_consistency(claim.place, size);
  MUSTER_CHECK(verifies == is_true);
}

}  // namespace

int fuzz_proofs(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const ByteView edits(data + 3, size - 3);
  const std::uint64_t tree = 1U + data[1] % most_leaves;
  if (data[0] % 2 == 0) {
    check_inclusion(tree, data[2] % tree, edits);
  } else {
    check_consistency(tree, 1U + data[2] % tree, edits);
  }
  return 0;
}
