#include "sampler/plan/freeze_time.hpp"

namespace muster::sampler {

Result<FreezeTime> freeze_time(const std::optional<FreezeWitness>& witness) {
  if (!witness) return FreezeTime{};
  auto policy = ledger::Policy::parse(witness->policy);
  if (!policy) return failure(std::move(policy).error().during("freeze_witness.policy"));
  auto verdict = ledger::accepts(witness->checkpoint, *policy);
  if (!verdict) return failure(std::move(verdict).error().during("freeze_witness.checkpoint"));
  if (!policy->wants_witnesses()) {
    return refusal("plan.freeze_not_witnessed", "the policy wants no witness (quorum none)");
  }
  if (!verdict->accepted()) return refusal("plan.freeze_not_witnessed", verdict->missing);
  return FreezeTime{verdict->quorum_at, std::move(verdict->cosigned_by), verdict->checkpoint.head(),
                    std::move(*verdict->log)};
}

std::string freeze_time_text(const FreezeTime& time) {
  if (!time.not_after) return "the operator's word (no witness quorum)";
  std::string names;
  for (const auto& by : time.witnesses) names += (names.empty() ? "" : ", ") + by.witness;
  return "no later than " + time.not_after->to_string() + ", by the witnesses " + names;
}

Json freeze_time_json(const FreezeTime& time) {
  Json witnesses = Json::array();
  for (const auto& by : time.witnesses) {
    witnesses.push_back(
        Json{{"witness", by.witness}, {"key", by.key}, {"time", by.time.to_string()}});
  }
  return Json{{"by", time.not_after ? "witnesses" : "operator"},
              {"not_after", time.not_after ? Json(time.not_after->to_string()) : Json()},
              {"witnesses", std::move(witnesses)},
              {"text", freeze_time_text(time)}};
}

}  // namespace muster::sampler
