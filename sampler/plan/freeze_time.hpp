#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "ledger/merkle.hpp"
#include "ledger/policy.hpp"

namespace muster::sampler {

/// What shows when the frames of a plan were frozen: a checkpoint of the ledger that covers the
/// freezes, and whom the plan's author trusts to have seen it.
struct FreezeWitness {
  std::string policy;      ///< C2SP tlog-policy; its logs include the ledger's.
  std::string checkpoint;  ///< The signed note with its cosignatures.

  friend bool operator==(const FreezeWitness&, const FreezeWitness&) = default;
};

/// Who says when the frames were frozen.
struct FreezeTime {
  /// By then a quorum had cosigned; nothing: the operator's word alone.
  std::optional<Timestamp> not_after{};
  std::vector<ledger::CosignedBy> witnesses{};
  std::optional<ledger::TreeHead> head{};  ///< Of the ledger, in the checkpoint.
  std::string log_key{};                   ///< Verifier key of the log that signed it.
};

/// What the witnesses show, by the policy alone; the operator's word without any.
/// Errors: `invalid_input` if policy or checkpoint cannot be read; `refused` by
/// `plan.freeze_not_witnessed` when the policy wants no witness or is not satisfied. Whether the
/// checkpoint covers the freezes is for the ledger to say.
Result<FreezeTime> freeze_time(const std::optional<FreezeWitness>& witness);

/// "the operator's word (no witness quorum)", or "no later than INSTANT, by the witnesses A, B".
[[nodiscard]] std::string freeze_time_text(const FreezeTime& time);

/// `by` ("operator" or "witnesses"), `not_after`, `witnesses`, `text`.
[[nodiscard]] Json freeze_time_json(const FreezeTime& time);

}  // namespace muster::sampler
