#include "registry/proof/state_prover.hpp"

#include <algorithm>

#include "registry/replay.hpp"
#include "registry/state_root.hpp"

namespace muster::registry {
namespace {

/// The newest commitment before `end`.
Result<StateCommit> commit_before(const State& state, std::uint64_t end) {
  const auto& commits = state.tables().commits.rows();
  const auto later =
      std::ranges::partition_point(commits, [&](const auto& row) { return row.index < end; });
  if (later != commits.begin()) return *(later - 1);
  return failure(Errc::not_found, "no state.commit in the first " + std::to_string(end) +
                                      " entries: `muster registry commit-state` makes one");
}

ledger::Proof path_in(const ledger::MerkleTree& tree, std::uint64_t index) {
  return ledger::MerkleProver(tree, tree.size()).inclusion({index});
}

Error not_the_commitment(const StateCommit& commit) {
  return {Errc::corrupt, "the state is not what entry " + std::to_string(commit.index) +
                             " commits to: `muster ledger verify --rules` judges it"};
}

}  // namespace

Result<StateProver> StateProver::open(ProofSource source, std::optional<Index32> at) {
  MUSTER_TRY_ASSIGN(EntrySource entries, EntrySource::open(*source.store, source.checkpoint));
  std::uint64_t end = std::min<std::uint64_t>(entries.size().value, source.state->size());
  if (at) end = std::min(end, std::uint64_t{*at} + 1);
  MUSTER_TRY_ASSIGN(const StateCommit commit, commit_before(*source.state, end));
  StateProver prover(std::move(source), commit, std::move(entries));
  auto chips = PastChips::after(*prover.source_.state, prover.source_.view, commit.index);
  if (!chips || !prover.grow(std::move(*chips))) MUSTER_TRY(prover.replay());
  return prover;
}

Result<void> StateProver::replay() {
  MUSTER_TRY_ASSIGN(replayed_, replayed_state(*source_.store, commit_.index));
  if (grow(PastChips::of_now(*replayed_))) return {};
  return failure(not_the_commitment(commit_));
}

bool StateProver::grow(PastChips chips) {
  chips_ = std::move(chips);
  tree_ = {};
  for (const Hash& leaf : state_leaves(base(), chips_)) tree_.append(leaf);
  return tree_.size().value == commit_.size && tree_.root() == commit_.root;
}

Result<ChipProof> StateProver::chip(RowN chip, TailForm form) {
  const ChipId id = source_.state->chip_id(chip);
  if (chip >= chips_.count()) {
    return failure(Errc::not_found, "chip " + id.to_string() + ": was registered after entry " +
                                        std::to_string(commit_.index) +
                                        "; `muster registry commit-state` commits to it");
  }
  ChipProof proof;
  proof.checkpoint = entries_.note();
  MUSTER_TRY_ASSIGN(proof.commit, entries_.proven({commit_.index}, nullptr));
  proof.number = chip;
  proof.record = state_record(base(), chip, chips_[chip]);
  proof.proof = path_in(tree_, chip);
  MUSTER_TRY_ASSIGN(proof.last, entries_.proven({chips_[chip].last}, &id));
  if (form == TailForm::whole) {
    MUSTER_TRY_ASSIGN(proof.tail, entries_.from({std::uint64_t{commit_.index} + 1}, id));
  } else {
    MUSTER_TRY_ASSIGN(proof.tail, named_tail(chip));
  }
  return proof;
}

Result<NamedTail> StateProver::named_tail(RowN chip) {
  NamedTail tail;
  if (source_.state->tables().chips[chip].last < commit_.index) return tail;
  if (source_.view == nullptr) {
    return failure(Errc::unavailable, "the chip's later events: the registry has no view");
  }
  const ChipId id = source_.state->chip_id(chip);
  auto size = static_cast<Index32>(entries_.size().value);
  while (true) {
    MUSTER_TRY_ASSIGN(const auto before, source_.view->chip_at(chip, size));
    if (!before || before->last < commit_.index) break;
    if (before->last >= size) return failure(Errc::corrupt, "view: a state begins after its end");
    MUSTER_TRY_ASSIGN(ProvenEntry entry, entries_.proven({before->last}, &id));
    tail.push_back(std::move(entry));
    size = before->last;
  }
  std::ranges::reverse(tail);
  return tail;
}

bool StateProver::grow_custodians(const Hash& committed) {
  custodians_.clear();
  custodian_tree_ = {};
  for (const RowN party : custodians(base(), commit_.index)) {
    custodian_tree_.append(custodian_leaf(custodian_record(base(), party, commit_.index)));
    custodians_.push_back(party);
  }
  return custodian_tree_.root() == committed;
}

Result<void> StateProver::build_custodians() {
  if (!custodians_.empty()) return {};
  MUSTER_TRY_ASSIGN(const ProvenEntry entry, entries_.proven({commit_.index}, nullptr));
  MUSTER_TRY_ASSIGN(const ReadEntry read, read_quoted(entry.quoted.entry));
  if (!read.event) return failure(not_the_commitment(commit_));
  const Hash committed = read.event->fields().hash("custodians");
  if (grow_custodians(committed)) return {};
  if (!replayed_) MUSTER_TRY(replay());
  if (grow_custodians(committed)) return {};
  custodians_.clear();
  return failure(not_the_commitment(commit_));
}

const StateProver::KeptRoster& StateProver::kept_roster(RowN party) {
  if (kept_.party == party) return kept_;
  kept_ = {party, roster_items(base(), party, commit_.index), {}};
  for (const RosterItem& item : kept_.items) kept_.tree.append(roster_item_leaf(item));
  return kept_;
}

Result<RosterItemProof> StateProver::roster_chip(RowN party, RowN chip) {
  const KeptRoster& roster = kept_roster(party);
  const ChipId id = source_.state->chip_id(chip);
  const auto found = std::ranges::lower_bound(roster.items, id, {}, &RosterItem::chip);
  if (found == roster.items.end() || found->chip != id) {
    return failure(Errc::not_found, "chip " + id.to_string() + ": was not in the custody of " +
                                        source_.state->party_name(party) + " at entry " +
                                        std::to_string(commit_.index));
  }
  const auto index = static_cast<std::uint64_t>(found - roster.items.begin());
  return RosterItemProof{*found, index, path_in(roster.tree, index)};
}

Result<RosterProof> StateProver::roster(RowN party, const RosterWish& wish) {
  MUSTER_TRY(build_custodians());
  const auto found = std::ranges::find(custodians_, party);
  if (found == custodians_.end()) {
    return failure(Errc::not_found, "party " + source_.state->party_name(party) +
                                        ": had no chip in custody up to entry " +
                                        std::to_string(commit_.index) +
                                        "; that it has none cannot be proven");
  }
  RosterProof proof;
  proof.checkpoint = entries_.note();
  MUSTER_TRY_ASSIGN(proof.commit, entries_.proven({commit_.index}, nullptr));
  const KeptRoster& roster = kept_roster(party);
  proof.custodian = {.party = source_.state->party_name(party),
                     .count = roster.items.size(),
                     .tpp = roster_tpp(roster.items),
                     .root = roster.tree.root()};
  proof.index = static_cast<std::uint64_t>(found - custodians_.begin());
  proof.proof = path_in(custodian_tree_, proof.index);
  if (wish.list) proof.chips = roster.items;
  if (wish.chip) {
    MUSTER_TRY_ASSIGN(proof.chip, roster_chip(party, *wish.chip));
  }
  return proof;
}

}  // namespace muster::registry
