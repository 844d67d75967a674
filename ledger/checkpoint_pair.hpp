#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/checkpoint.hpp"

namespace muster::ledger {

/// The root over the first entries of a larger tree, and the proof that it is.
struct PrefixRoot {
  Hash root;
  Proof proof;

  friend bool operator==(const PrefixRoot&, const PrefixRoot&) = default;
};

/// Two signed checkpoints that should be of one history. As evidence of the kind `fork` they show
/// that they are not; kept by somebody who could not connect them they show nothing yet.
struct CheckpointPair {
  std::string first;   ///< The signed note of the smaller size.
  std::string second;  ///< The signed note of the larger size, or of the same.
  /// The root that `second`'s tree has at the size of `first`. None where the sizes are equal or
  /// `first` is empty: then there is nothing to prove.
  std::optional<PrefixRoot> prefix{};

  friend bool operator==(const CheckpointPair&, const CheckpointPair&) = default;
};

/// The two notes, the smaller first and, of one size, the smaller root: one pair, whoever shows
/// them in which order. Errors: `invalid_input` if one is no signed checkpoint.
Result<CheckpointPair> pair_of_checkpoints(std::string_view one, std::string_view other);

/// How two signed checkpoints of one log stand to each other.
enum class CheckpointRelation {
  equal,       ///< One size, one root.
  consistent,  ///< Shown: the second's tree begins with the first's.
  fork,        ///< Shown: two histories. Whoever signed both is caught.
  unconnected  ///< Nothing is shown. The log owes a consistency proof.
};

/// What a pair of checkpoints shows.
struct PairFacts {
  Checkpoint first;
  Checkpoint second;
  CheckpointRelation relation;
};

/// Judges a pair by the keys that sign for the log: several where its operator changed them.
/// Errors: `invalid_input` for what is no checkpoint, for the larger one in the first place, and
/// for a prefix where none belongs; `refused` with rule `checkpoint.*` as in
/// `verify_log_checkpoint`, `evidence.origin` for checkpoints of two logs, `evidence.proof` for a
/// prefix that does not lead to the second checkpoint's root.
Result<PairFacts> judge_pair(const CheckpointPair& pair, std::span<const VerifierKey> keys);

/// How the second's tree begins, by a copy of the log. Nothing when this copy is shorter or is not
/// the history that the second checkpoint is of, and where no prefix belongs.
/// Errors: those of the store.
Result<std::optional<PrefixRoot>> prefix_by_log(Store& store, const CheckpointPair& pair);
/// The same by any tree of `size` leaves. Errors: those of `subtree`.
Result<std::optional<PrefixRoot>> prefix_by_tree(const CheckpointPair& pair, TreeSize size,
                                                 const SubtreeHash& subtree);

}  // namespace muster::ledger
