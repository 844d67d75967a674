#include "ledger/contradiction.hpp"

#include <algorithm>

#include "ledger/proofs.hpp"

namespace muster::ledger {
namespace {

using Outcome = Comparison::Outcome;

constexpr std::size_t disorder_batch = 1'024;

/// The checkpoint of a copy, once it is known to be signed by the operator and to be the copy's.
Result<Checkpoint> checkpoint_of(const LogCopy& copy, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(Checkpoint checkpoint, verify_log_checkpoint(copy.checkpoint, keys));
  MUSTER_TRY_ASSIGN(const Hash root, root_at(*copy.store, checkpoint.size));
  if (root == checkpoint.root) return checkpoint;
  return failure(Errc::corrupt, "this copy of the log has root " + root.to_hex() + " at " +
                                    std::to_string(checkpoint.size.value) +
                                    " entries, its checkpoint says " + checkpoint.root.to_hex() +
                                    ": the copy is damaged, or not what was signed; audit it");
}

/// Evidence is never handed out before it was judged as a third party will judge it: what a copy
/// stores of the tree may be damaged.
Result<Comparison> contradiction(Evidence evidence, std::span<const VerifierKey> keys) {
  auto conviction = judge_evidence(evidence, keys);
  if (!conviction) {
    return failure(Errc::corrupt, "this copy of the log gives proofs that do not hold (" +
                                      conviction.error().message + "): audit it");
  }
  return Comparison{Outcome::contradicts, std::move(conviction->shows), std::move(evidence)};
}

Comparison agrees(std::string why) { return {Outcome::agrees, std::move(why), std::nullopt}; }

Comparison unknown(std::string why) { return {Outcome::unknown, std::move(why), std::nullopt}; }

Comparison too_short(TreeSize have, TreeSize want) {
  return unknown("the copy's checkpoint is of " + std::to_string(have.value) +
                 " entries: want a log of at least " + std::to_string(want.value) +
                 "; an operator who no longer shows one has cut it off or withholds it");
}

/// The times of the entries, up to the first that goes back.
struct TimeOrder {
  LogIndex latest_index{};
  Timestamp latest{};
  std::optional<LogIndex> goes_back{};

  Result<void> take(LogIndex index, const Bytes& body) {
    auto entry = parse_entry(body);
    if (!entry) {
      return failure(Errc::corrupt,
                     "entry " + std::to_string(index.value) + ": " + entry.error().message);
    }
    if (entry->accepted_at < latest) {
      goes_back = index;
    } else {
      latest_index = index;
      latest = entry->accepted_at;
    }
    return {};
  }
};

}  // namespace

Result<Comparison> compare_checkpoints(std::string_view one, std::string_view other,
                                       std::span<const VerifierKey> operator_keys) {
  MUSTER_TRY_ASSIGN(CheckpointPair pair, pair_of_checkpoints(one, other));
  MUSTER_TRY_ASSIGN(const PairFacts facts, judge_pair(pair, operator_keys));
  switch (facts.relation) {
    case CheckpointRelation::equal:
      return agrees("both parties were shown one root");
    case CheckpointRelation::consistent:
      return agrees("every log goes on from the empty one");
    case CheckpointRelation::fork:
      return contradiction(std::move(pair), operator_keys);
    case CheckpointRelation::unconnected:
      break;
  }
  return unknown("checkpoints of " + std::to_string(facts.first.size.value) + " and " +
                 std::to_string(facts.second.size.value) +
                 " entries: compare the smaller with the log of the larger");
}

Result<Comparison> compare_with_held(const LogCopy& copy, std::string_view held,
                                     std::span<const VerifierKey> operator_keys) {
  MUSTER_TRY_ASSIGN(const Checkpoint now, checkpoint_of(copy, operator_keys));
  MUSTER_TRY_ASSIGN(const Checkpoint before, verify_log_checkpoint(held, operator_keys));
  if (before.size > now.size) return too_short(now.size, before.size);
  MUSTER_TRY_ASSIGN(const Hash root, root_at(*copy.store, before.size));
  if (root == before.root) return agrees("the log goes on from the held checkpoint");
  CheckpointPair pair{std::string(held), std::string(copy.checkpoint)};
  MUSTER_TRY_ASSIGN(pair.prefix, prefix_by_log(*copy.store, pair));
  return contradiction(std::move(pair), operator_keys);
}

Result<Comparison> compare_with_receipt(const LogCopy& copy, const Receipt& receipt,
                                        std::span<const VerifierKey> operator_keys) {
  MUSTER_TRY_ASSIGN(const Checkpoint now, checkpoint_of(copy, operator_keys));
  MUSTER_TRY_ASSIGN(const ReceiptFacts facts, verify_receipt(receipt, operator_keys));
  const LogIndex index = facts.entry.index;
  if (index.value >= now.size.value) return too_short(now.size, {index.value + 1});
  MUSTER_TRY_ASSIGN(const auto leaves, copy.store->leaf_hashes(index, 1));
  if (leaves.empty()) return failure(Errc::corrupt, "the entry's leaf hash is missing");
  if (leaves.front() == leaf_hash(receipt.entry)) {
    return agrees("the entry stands where the receipt says");
  }
  MUSTER_TRY_ASSIGN(Proof proof, prove_inclusion(*copy.store, index, now.size));
  return contradiction(
      RewriteEvidence{receipt, std::string(copy.checkpoint), leaves.front(), std::move(proof)},
      operator_keys);
}

Result<Comparison> look_for_disorder(const LogCopy& copy,
                                     std::span<const VerifierKey> operator_keys) {
  MUSTER_TRY_ASSIGN(const Checkpoint now, checkpoint_of(copy, operator_keys));
  TimeOrder order;
  for (std::uint64_t at = 0; at < now.size.value;) {
    const auto most = std::min<std::uint64_t>(disorder_batch, now.size.value - at);
    MUSTER_TRY_ASSIGN(const auto bodies, copy.store->read({at}, static_cast<std::size_t>(most)));
    if (bodies.empty()) return failure(Errc::corrupt, "the log ends before its checkpoint");
    for (const Bytes& body : bodies) {
      MUSTER_TRY(order.take({at++}, body));
      if (!order.goes_back) continue;
      MUSTER_TRY_ASSIGN(Receipt earlier,
                        make_receipt(*copy.store, order.latest_index, copy.checkpoint));
      MUSTER_TRY_ASSIGN(Receipt later,
                        make_receipt(*copy.store, *order.goes_back, copy.checkpoint));
      return contradiction(DisorderEvidence{std::move(earlier), std::move(later)}, operator_keys);
    }
  }
  return agrees("no time goes back");
}

}  // namespace muster::ledger
