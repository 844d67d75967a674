#include "ledger/policy.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

tl::unexpected<Error> condemned(const std::string& key) {
  return refusal("checkpoint.bad_signature", "the signature of " + key + " does not verify");
}

/// The key of a log that is taken and signed, if there is one.
Result<std::optional<std::string>> signed_by_log(const Note& note, const std::string& origin,
                                                 const Policy& policy, const VerifierKey* log_key) {
  std::optional<std::string> found;
  bool listed = policy.logs().empty();
  for (const PolicyLog& log : policy.logs()) {
    const NoteVerdict verdict = judge_note(note, log.key);
    if (verdict == NoteVerdict::bad) return condemned(log.key.to_string());
    if (log_key != nullptr && log.key == *log_key) listed = true;
    const bool taken = verdict == NoteVerdict::good && log.key.name() == origin;
    if (taken && !found) found = log.key.to_string();
  }
  if (log_key == nullptr) return found;
  const NoteVerdict verdict = judge_note(note, *log_key);
  if (verdict == NoteVerdict::bad) return condemned(log_key->to_string());
  if (verdict == NoteVerdict::good && listed) return std::optional(log_key->to_string());
  return std::optional<std::string>();
}

/// The earliest instant by which a quorum had cosigned.
std::optional<Timestamp> quorum_time(const Policy& policy,
                                     const std::vector<std::optional<Timestamp>>& times) {
  std::vector<Timestamp> instants;
  for (const auto& time : times) {
    if (time) instants.push_back(*time);
  }
  std::ranges::sort(instants);
  for (const Timestamp& instant : instants) {
    std::vector<bool> cosigned(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) cosigned[i] = times[i] && *times[i] <= instant;
    if (policy.has_quorum(cosigned)) return instant;
  }
  return std::nullopt;
}

std::string what_is_missing(const PolicyVerdict& verdict, const Policy& policy) {
  if (!verdict.log) return "not signed by a log that is taken";
  if (verdict.quorum) return {};
  std::string absent;
  for (const PolicyWitness& witness : policy.witnesses()) {
    const auto is_this = [&](const CosignedBy& by) { return by.witness == witness.name; };
    if (std::ranges::any_of(verdict.cosigned_by, is_this)) continue;
    absent += (absent.empty() ? "" : ", ") + witness.name;
  }
  return "quorum " + policy.quorum_name() + " is not reached: no cosignature of " + absent;
}

}  // namespace

bool Policy::has_quorum(const std::vector<bool>& cosigned) const {
  MUSTER_CHECK(cosigned.size() == witnesses_.size());
  if (!quorum_) return true;
  // Members stand before their group, so one pass in order is enough.
  std::vector<bool> reached;
  for (const Node& node : nodes_) {
    if (node.witness) {
      reached.push_back(cosigned[*node.witness]);
      continue;
    }
    const auto count =
        std::ranges::count_if(node.members, [&](std::size_t place) { return reached[place]; });
    reached.push_back(static_cast<std::size_t>(count) >= node.threshold);
  }
  return reached[*quorum_];
}

Result<PolicyVerdict> accepts(std::string_view note, const Policy& policy,
                              const VerifierKey* log_key) {
  MUSTER_TRY_ASSIGN(const Note parsed, parse_note(note));
  PolicyVerdict verdict;
  MUSTER_TRY_ASSIGN(verdict.checkpoint, parse_checkpoint_text(parsed.text));
  MUSTER_TRY_ASSIGN(verdict.log, signed_by_log(parsed, verdict.checkpoint.origin, policy, log_key));
  std::vector<bool> cosigned;
  std::vector<std::optional<Timestamp>> times;
  for (const PolicyWitness& witness : policy.witnesses()) {
    const CosignatureVerdict judged = judge_cosignature(parsed, witness.key);
    if (judged.verdict == NoteVerdict::bad) return condemned(witness.key.to_string());
    const bool good = judged.verdict == NoteVerdict::good;
    cosigned.push_back(good);
    times.push_back(good ? std::optional(judged.time()) : std::nullopt);
    if (good) {
      verdict.cosigned_by.push_back({witness.name, witness.key.to_string(), judged.time()});
    }
  }
  verdict.quorum = policy.has_quorum(cosigned);
  if (policy.wants_witnesses()) verdict.quorum_at = quorum_time(policy, times);
  verdict.missing = what_is_missing(verdict, policy);
  return verdict;
}

}  // namespace muster::ledger
