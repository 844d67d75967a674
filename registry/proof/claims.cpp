#include "registry/proof/claims.hpp"

namespace muster::registry {
namespace {

std::string entry_text(ledger::LogIndex index) { return "entry " + std::to_string(index.value); }

std::string commit_text(const CommitFacts& commit) {
  return entry_text(commit.index) + ", the state.commit of " + commit.org +
         " that the log took at " + commit.accepted_at.to_string();
}

/// What no proof of a commitment shows, since it would take the whole log.
std::vector<std::string> words_of_commit(const CommitFacts& commit) {
  return {"that what " + entry_text(commit.index) +
              " commits to follows from the entries before it: `muster ledger verify --rules` "
              "computes it anew from the whole log",
          "that the statements quoted were signed by keys valid at their places: the same audit "
          "checks it"};
}

std::string first_entries(const ledger::Checkpoint& checkpoint) {
  return "the log's first " + std::to_string(checkpoint.size.value) + " entries";
}

std::string last_text(const ChipFacts& facts) {
  std::string text = "the last event before that is " + entry_text(facts.last.index) + ", " +
                     facts.last.kind + " by " + facts.last.org;
  if (facts.last.naming == Naming::listed || facts.last.naming == Naming::manifest) {
    return text + ", which names the chip " + std::string(name_of(facts.last.naming));
  }
  return text;
}

std::string entries_text(const std::vector<ChipEvent>& events) {
  std::string text;
  for (const ChipEvent& event : events) {
    text +=
        (text.empty() ? "" : ", ") + std::to_string(event.index.value) + " (" + event.kind + ")";
  }
  return text;
}

void add_tail(const ChipFacts& facts, Claims& claims) {
  const std::string first = first_entries(facts.checkpoint);
  if (!facts.tail.empty()) {
    claims.proven.push_back("after the commitment these entries of " + first +
                            " moved the chip: " + entries_text(facts.tail));
  }
  if (facts.tail_is_complete()) {
    claims.proven.push_back("no " + std::string(facts.tail.empty() ? "" : "other ") +
                            "entry after the commitment, among " + first + ", moved the chip");
    return;
  }
  if (!facts.whole) {
    claims.word.push_back("that no " + std::string(facts.tail.empty() ? "" : "other ") +
                          "entry after the commitment moved the chip");
  }
  for (const UndecidedEntry& entry : facts.undecided) {
    claims.word.push_back("whether " + entry_text(entry.index) + " moved the chip: it " +
                          entry.why);
  }
}

void add_holders(const ChipFacts& facts, Claims& claims) {
  const auto add = [&](const ChipEvent& event) {
    const std::string entry = entry_text(event.index) + " (" + event.kind + ")";
    if (event.naming == Naming::container) {
      claims.word.push_back("that the chip stood in the holder that " + entry + " moved");
    } else if (event.naming == Naming::effect) {
      claims.word.push_back("that " + entry + " moved the chip, which it does not name");
    }
  };
  add(facts.last);
  for (const ChipEvent& event : facts.tail) add(event);
}

}  // namespace

Claims claims_of(const ChipFacts& facts) {
  Claims claims;
  claims.proven.push_back("the log holds " + commit_text(facts.commit) +
                          ", and it commits to this record of the chip");
  claims.proven.push_back(last_text(facts));
  claims.word = words_of_commit(facts.commit);
  add_holders(facts, claims);
  add_tail(facts, claims);
  claims.word.push_back("what came after " + first_entries(facts.checkpoint));
  return claims;
}

Claims claims_of(const RosterFacts& facts) {
  Claims claims;
  const CustodianRecord& custodian = facts.custodian;
  claims.proven.push_back("the log holds " + commit_text(facts.commit) +
                          ", and it commits to this count, TPP and root of " + custodian.party);
  if (facts.list) {
    claims.proven.push_back("the list is complete: " + std::to_string(custodian.count) +
                            " chips by rising id, with that root and a TPP of " +
                            std::to_string(custodian.tpp) + " together");
  }
  if (facts.chip) {
    claims.proven.push_back("chip " + facts.chip->chip.to_string() + ", TPP " +
                            std::to_string(facts.chip->tpp) + ", is one of them");
  }
  claims.word = words_of_commit(facts.commit);
  claims.word.push_back("what came and went after " + entry_text(facts.commit.index));
  return claims;
}

}  // namespace muster::registry
