#include "ledger/contradiction.hpp"

#include <algorithm>

#include "ledger/proofs.hpp"

namespace muster::ledger {
namespace {

using Outcome = Comparison::Outcome;

constexpr std::size_t disorder_batch = 1'024;

/// The checkpoint of a copy, once it is known to be signed by the operator and to be the copy's.
Result<Checkpoint> checkpoint_of(const LogCopy& copy, const VerifierKey& key) {
  MUSTER_TRY_ASSIGN(Checkpoint checkpoint, verify_log_checkpoint(copy.checkpoint, key));
  MUSTER_TRY_ASSIGN(const Hash root, root_at(*copy.store, checkpoint.size));
  if (root == checkpoint.root) return checkpoint;
  return failure(Errc::corrupt, "this copy of the log has root " + root.to_hex() + " at " +
                                    std::to_string(checkpoint.size.value) +
                                    " entries, its checkpoint says " + checkpoint.root.to_hex() +
                                    ": the copy is damaged, or not what was signed; audit it");
}

/// Evidence is never handed out before it was judged as a third party will judge it: what a copy
/// stores of the tree may be damaged.
Result<Comparison> contradiction(Evidence evidence, const VerifierKey& key) {
  auto conviction = judge_evidence(evidence, key);
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
                                       const VerifierKey& operator_key) {
  MUSTER_TRY_ASSIGN(const Checkpoint first, verify_log_checkpoint(one, operator_key));
  MUSTER_TRY_ASSIGN(const Checkpoint second, verify_log_checkpoint(other, operator_key));
  if (first.size != second.size) {
    return unknown("checkpoints of " + std::to_string(first.size.value) + " and " +
                   std::to_string(second.size.value) +
                   " entries: compare the smaller with the log of the larger");
  }
  if (first.root == second.root) return agrees("both parties were shown one root");
  return contradiction(ForkEvidence{std::string(one), std::string(other)}, operator_key);
}

Result<Comparison> compare_with_held(const LogCopy& copy, std::string_view held,
                                     const VerifierKey& operator_key) {
  MUSTER_TRY_ASSIGN(const Checkpoint now, checkpoint_of(copy, operator_key));
  MUSTER_TRY_ASSIGN(const Checkpoint before, verify_log_checkpoint(held, operator_key));
  if (before.size > now.size) return too_short(now.size, before.size);
  if (before.size == now.size) return compare_checkpoints(held, copy.checkpoint, operator_key);
  MUSTER_TRY_ASSIGN(const Hash root, root_at(*copy.store, before.size));
  if (root == before.root) return agrees("the log goes on from the held checkpoint");
  if (before.size.value == 0) {
    return unknown("the held checkpoint is of an empty log, and not with the root of one");
  }
  MUSTER_TRY_ASSIGN(Proof proof, prove_consistency(*copy.store, before.size, now.size));
  return contradiction(
      ForkEvidence{std::string(held), std::string(copy.checkpoint), PrefixRoot{root, proof}},
      operator_key);
}

Result<Comparison> compare_with_receipt(const LogCopy& copy, const Receipt& receipt,
                                        const VerifierKey& operator_key) {
  MUSTER_TRY_ASSIGN(const Checkpoint now, checkpoint_of(copy, operator_key));
  MUSTER_TRY_ASSIGN(const ReceiptFacts facts, verify_receipt(receipt, operator_key));
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
      operator_key);
}

Result<Comparison> look_for_disorder(const LogCopy& copy, const VerifierKey& operator_key) {
  MUSTER_TRY_ASSIGN(const Checkpoint now, checkpoint_of(copy, operator_key));
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
      return contradiction(DisorderEvidence{std::move(earlier), std::move(later)}, operator_key);
    }
  }
  return agrees("no time goes back");
}

}  // namespace muster::ledger
