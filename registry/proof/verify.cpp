#include "registry/proof/verify.hpp"

#include <algorithm>

#include "registry/proof/tail.hpp"

namespace muster::registry {
namespace {

Result<ledger::Checkpoint> checked_checkpoint(const std::string& note,
                                              const ledger::VerifierKey& key) {
  auto checkpoint = ledger::verify_log_checkpoint(note, key);
  if (checkpoint || !checkpoint.error().rule.empty()) return checkpoint;
  return refusal("proof.checkpoint", checkpoint.error().message);
}

Result<CommitFacts> checked_commit(const ProvenEntry& proven,
                                   const ledger::Checkpoint& checkpoint) {
  MUSTER_TRY_ASSIGN(const ReadEntry read, read_proven(proven, checkpoint));
  const Event& event = *read.event;
  if (event.header.kind != "state.commit" || !proven.quoted.items.empty()) {
    return refusal("proof.commit", "entry " + std::to_string(read.entry.index.value) + " is a " +
                                       event.header.kind + ", want a state.commit");
  }
  const Body body = event.fields();
  return CommitFacts{.index = read.entry.index,
                     .accepted_at = read.entry.accepted_at,
                     .statement = read.statement,
                     .org = event.header.org,
                     .chips = body.integer("chips"),
                     .root = body.hash("root"),
                     .parties = body.integer("parties"),
                     .custodians = body.hash("custodians")};
}

/// The entry that made the committed state.
Result<ChipEvent> checked_last(const ChipProof& proof, const ChipFacts& facts) {
  MUSTER_TRY_ASSIGN(const ReadEntry read, read_proven(proof.last, facts.checkpoint));
  const std::string name = "entry " + std::to_string(read.entry.index.value);
  if (read.statement != facts.record.last) {
    return refusal("proof.last", name + " has statement " + read.statement.to_hex() +
                                     ", the record says " + facts.record.last.to_hex());
  }
  if (read.entry.index >= facts.commit.index) {
    return refusal("proof.last", name + " stands behind the commitment");
  }
  MUSTER_TRY_ASSIGN(const auto named, chip_in(read, proof.last.quoted, facts.record.chip));
  if (!named) return refusal("proof.last", name + " does not move the chip");
  ChipEvent event = chip_event(read, named->naming);
  event.follows = named->expects.has_value();
  return event;
}

Result<void> check_named_tail(const NamedTail& tail, ChipFacts& facts) {
  ChipChain chain(facts);
  for (const ProvenEntry& proven : tail) {
    MUSTER_TRY_ASSIGN(const ReadEntry read, read_proven(proven, facts.checkpoint));
    MUSTER_TRY(chain.add_named(read, proven.quoted));
  }
  chain.finish();
  facts.whole = facts.commit.index.value + 1 == facts.checkpoint.size.value;
  return {};
}

/// Together with the subtrees before them, the entries must make the checkpoint's root.
Result<void> check_whole_tail(const WholeTail& tail, ChipFacts& facts) {
  const ledger::TreeSize before{facts.commit.index.value + 1};
  auto range = ledger::CompactRange::from_nodes(before, tail.edge);
  if (!range) return refusal("proof.inclusion", "the tail: " + range.error().message);
  for (const QuotedEntry& quoted : tail.entries) range->append(ledger::leaf_hash(quoted.entry));
  if (range->size() != facts.checkpoint.size || range->root() != facts.checkpoint.root) {
    return refusal("proof.inclusion", "the tail does not lead to the checkpoint's root");
  }
  ChipChain chain(facts);
  for (const QuotedEntry& quoted : tail.entries) {
    MUSTER_TRY_ASSIGN(const ReadEntry read, read_quoted(quoted.entry));
    MUSTER_TRY(chain.add_any(read, quoted));
  }
  chain.finish();
  facts.whole = true;
  return {};
}

Result<void> check_list(const std::vector<RosterItem>& items, const CustodianRecord& custodian) {
  const auto rising = [](const RosterItem& a, const RosterItem& b) { return !(a.chip < b.chip); };
  if (std::ranges::adjacent_find(items, rising) != items.end()) {
    return refusal("proof.roster", "the ids of the list do not rise");
  }
  if (items.size() != custodian.count || roster_tpp(items) != custodian.tpp) {
    return refusal("proof.roster", "the list has " + std::to_string(items.size()) +
                                       " chips with a TPP of " + std::to_string(roster_tpp(items)) +
                                       ", the summary " + std::to_string(custodian.count) +
                                       " with " + std::to_string(custodian.tpp));
  }
  if (roster_root(items) == custodian.root) return {};
  return refusal("proof.roster", "the list does not have the root of the summary");
}

Result<void> check_chip(const RosterItemProof& chip, const CustodianRecord& custodian) {
  const ledger::TreeHead head{{custodian.count}, custodian.root};
  if (ledger::inclusion_verifies(roster_item_leaf(chip.item), {chip.index}, head, chip.proof)) {
    return {};
  }
  return refusal("proof.roster", "the chip does not lead to the root of the summary");
}

}  // namespace

std::string_view name_of(Naming value) {
  switch (value) {
    case Naming::listed:
      return "by its id";
    case Naming::manifest:
      return "by its manifest";
    case Naming::container:
      return "by a holder";
    case Naming::effect:
      return "by its effect";
  }
  return "unknown";
}

Result<ChipFacts> verify_chip_proof(const ChipProof& proof, const ledger::VerifierKey& key) {
  ChipFacts facts;
  MUSTER_TRY_ASSIGN(facts.checkpoint, checked_checkpoint(proof.checkpoint, key));
  MUSTER_TRY_ASSIGN(facts.commit, checked_commit(proof.commit, facts.checkpoint));
  facts.number = proof.number;
  facts.record = proof.record;
  const ledger::TreeHead head{{facts.commit.chips}, facts.commit.root};
  if (!ledger::inclusion_verifies(state_leaf(proof.record), {proof.number}, head, proof.proof)) {
    return refusal("proof.state", "the record does not lead to the root that entry " +
                                      std::to_string(facts.commit.index.value) + " commits to");
  }
  MUSTER_TRY_ASSIGN(facts.last, checked_last(proof, facts));
  if (const auto* whole = std::get_if<WholeTail>(&proof.tail)) {
    MUSTER_TRY(check_whole_tail(*whole, facts));
  } else {
    MUSTER_TRY(check_named_tail(std::get<NamedTail>(proof.tail), facts));
  }
  return facts;
}

Result<RosterFacts> verify_roster_proof(const RosterProof& proof, const ledger::VerifierKey& key) {
  RosterFacts facts;
  MUSTER_TRY_ASSIGN(facts.checkpoint, checked_checkpoint(proof.checkpoint, key));
  MUSTER_TRY_ASSIGN(facts.commit, checked_commit(proof.commit, facts.checkpoint));
  facts.custodian = proof.custodian;
  const ledger::TreeHead head{{facts.commit.parties}, facts.commit.custodians};
  if (!ledger::inclusion_verifies(custodian_leaf(proof.custodian), {proof.index}, head,
                                  proof.proof)) {
    return refusal("proof.custodian", "the summary does not lead to the root that entry " +
                                          std::to_string(facts.commit.index.value) + " commits to");
  }
  if (proof.chips) MUSTER_TRY(check_list(*proof.chips, proof.custodian));
  if (proof.chip) {
    MUSTER_TRY(check_chip(*proof.chip, proof.custodian));
    facts.chip = proof.chip->item;
  }
  facts.list = proof.chips.has_value();
  return facts;
}

}  // namespace muster::registry
