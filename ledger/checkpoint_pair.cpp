#include "ledger/checkpoint_pair.hpp"

#include "ledger/proofs.hpp"

namespace muster::ledger {
namespace {

/// Whether there is anything that a prefix could show.
bool wants_prefix(const TreeHead& first, const TreeHead& second) {
  return first.size.value > 0 && first.size < second.size;
}

/// The root that the second tree has at the first's size, as far as it is known.
Result<std::optional<Hash>> root_of_beginning(const TreeHead& first, const TreeHead& second,
                                              const std::optional<PrefixRoot>& prefix) {
  if (first.size == second.size) return std::optional(second.root);
  // Every tree begins with the empty one.
  if (first.size.value == 0) return std::optional(empty_root());
  if (!prefix) return std::optional<Hash>();
  if (consistency_verifies({first.size, prefix->root}, second, prefix->proof)) {
    return std::optional(prefix->root);
  }
  return refusal("evidence.proof", "does not lead to the root of the second checkpoint");
}

}  // namespace

Result<CheckpointPair> pair_of_checkpoints(std::string_view one, std::string_view other) {
  MUSTER_TRY_ASSIGN(const Checkpoint of_one, parse_checkpoint(one));
  MUSTER_TRY_ASSIGN(const Checkpoint of_other, parse_checkpoint(other));
  CheckpointPair pair{std::string(one), std::string(other)};
  if (of_other.head() < of_one.head()) std::swap(pair.first, pair.second);
  return pair;
}

Result<PairFacts> judge_pair(const CheckpointPair& pair, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(Checkpoint first, verify_log_checkpoint(pair.first, keys));
  MUSTER_TRY_ASSIGN(Checkpoint second, verify_log_checkpoint(pair.second, keys));
  if (first.origin != second.origin) {
    return refusal("evidence.origin",
                   "one is of log " + first.origin + ", the other of log " + second.origin);
  }
  if (first.size > second.size) {
    return failure(Errc::invalid_input, "evidence: want the checkpoint of the smaller size first");
  }
  if (pair.prefix && !wants_prefix(first.head(), second.head())) {
    return failure(Errc::invalid_input,
                   "evidence: want a prefix only where the sizes differ and the first is not 0");
  }
  MUSTER_TRY_ASSIGN(const auto root, root_of_beginning(first.head(), second.head(), pair.prefix));
  auto relation = CheckpointRelation::unconnected;
  if (root && *root != first.root) {
    relation = CheckpointRelation::fork;
  } else if (root) {
    relation =
        first.size == second.size ? CheckpointRelation::equal : CheckpointRelation::consistent;
  }
  return PairFacts{std::move(first), std::move(second), relation};
}

Result<std::optional<PrefixRoot>> prefix_by_log(Store& store, const CheckpointPair& pair) {
  MUSTER_TRY_ASSIGN(const TreeHead head, store.head());
  return prefix_by_tree(pair, head.size, subtree_hash_of(store));
}

Result<std::optional<PrefixRoot>> prefix_by_tree(const CheckpointPair& pair, TreeSize size,
                                                 const SubtreeHash& subtree) {
  MUSTER_TRY_ASSIGN(const Checkpoint first, parse_checkpoint(pair.first));
  MUSTER_TRY_ASSIGN(const Checkpoint second, parse_checkpoint(pair.second));
  if (!wants_prefix(first.head(), second.head()) || second.size > size) {
    return std::optional<PrefixRoot>();
  }
  MUSTER_TRY_ASSIGN(const Hash ours, subtree({0, second.size.value}));
  if (ours != second.root) return std::optional<PrefixRoot>();
  MUSTER_TRY_ASSIGN(const Hash root, subtree({0, first.size.value}));
  MUSTER_TRY_ASSIGN(Proof proof, consistency_proof(first.size, second.size, subtree));
  return std::optional(PrefixRoot{root, std::move(proof)});
}

}  // namespace muster::ledger
