#include "registry/refusal_check.hpp"

#include "registry/follower.hpp"

namespace muster::registry {
namespace {

using ledger::Refusal;

/// What reading the entries that a refusal counts finds on the way.
struct CountedEntries {
  ledger::CompactRange tree;
  Timestamp last{};
  std::optional<std::string> fault{};
};

Result<CountedEntries> follow_counted(Follower& follower, const ledger::EntryMirror& log,
                                      std::uint64_t size) {
  CountedEntries counted;
  const ledger::EntryMirror hashed{
      [&](ledger::LogIndex first, std::size_t count) -> Result<std::vector<Bytes>> {
        MUSTER_TRY_ASSIGN(auto bodies, log.read(first, count));
        for (const Bytes& body : bodies) counted.tree.append(ledger::leaf_hash(body));
        return bodies;
      },
      log.blob};
  const auto note = [&](const Followed& one) {
    counted.last = std::max(counted.last, one.entry.accepted_at);
    if (one.fault == nullptr || counted.fault) return;
    counted.fault = "entry " + std::to_string(one.entry.index.value) + ": " + one.fault->message;
  };
  MUSTER_TRY(follow_entries(follower, hashed, size, {.before = note}));
  return counted;
}

/// What the rules say of the statement now: the first receipt, a refusal, or nothing against it.
RefusalJudgement judged_again(Follower& follower, const Prepared& prepared,
                              const Refusal& refused) {
  const State& state = follower.state();
  const bool by_its_party = is_by_its_party(state, prepared);
  const auto index = state.statement_index(prepared.statement);
  if (by_its_party && index) {
    return {RefusalVerdict::recorded,
            "it was recorded before, as entry " + std::to_string(*index) +
                ": the first receipt was due",
            {}};
  }
  std::optional<Error> against;
  if (by_its_party) against = number_reused(state, prepared);
  if (!against) {
    const auto found = follower.judge(prepared, refused.judged_at);
    if (found) {
      return {RefusalVerdict::admitted, "the rules admit the statement there, at that time", {}};
    }
    against = found.error();
  }
  const bool same = against->rule == refused.rule;
  return {same ? RefusalVerdict::stands : RefusalVerdict::other_rule, against->message, {}};
}

}  // namespace

bool is_wrong(RefusalVerdict verdict) {
  return verdict == RefusalVerdict::admitted || verdict == RefusalVerdict::recorded ||
         verdict == RefusalVerdict::dated_back;
}

Result<RefusalJudgement> judge_refusal(const Refusal& refused, const Submission& submission,
                                       const ledger::EntryMirror& log) {
  const Hash envelope = ledger::envelope_hash(submission.envelope);
  if (envelope != refused.about.envelope) {
    return refusal(
        "refusal.other_statement",
        "it is about envelope " + refused.about.envelope.to_hex() + ", got " + envelope.to_hex());
  }
  Prepared prepared = prepare(submission);
  if (prepared.error) return failure(*prepared.error);
  Follower follower;
  MUSTER_TRY_ASSIGN(const CountedEntries counted,
                    follow_counted(follower, log, refused.about.head.size.value));
  RefusalJudgement judgement{RefusalVerdict::other_history, {}, counted.tree.root()};
  if (judgement.root != refused.about.head.root) {
    judgement.why = "it was judged by root " + refused.about.head.root.to_hex() +
                    ", the entries have " + judgement.root.to_hex();
    return judgement;
  }
  if (counted.fault) {
    judgement.verdict = RefusalVerdict::faulty_log;
    judgement.why = *counted.fault;
    return judgement;
  }
  if (refused.judged_at < counted.last) {
    judgement.verdict = RefusalVerdict::dated_back;
    judgement.why = "dated " + refused.judged_at.to_string() + ", before an entry of " +
                    counted.last.to_string() + " that it counts";
    return judgement;
  }
  KeyRing brought;
  add_brought_keys(prepared.event, brought);
  prepared.signatures = checked_signatures(submission.envelope, follower.keys(), brought);
  check_proof(prepared);
  RefusalJudgement found = judged_again(follower, prepared, refused);
  found.root = judgement.root;
  return found;
}

}  // namespace muster::registry
