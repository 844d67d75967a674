#include "cli/audit/freeze_check.hpp"

#include "cli/log_operator.hpp"
#include "ledger/proofs.hpp"

namespace muster::cli {

Result<std::optional<sampler::NamedCheck>> freeze_check(Home& home, const CommittedPlan& plan) {
  using sampler::CheckStatus;
  sampler::NamedCheck check{"witnesses saw the frozen roots before the plan", CheckStatus::ok, {}};
  const sampler::FreezeTime& freeze = plan.plan.freeze;
  if (!freeze.head) return std::optional<sampler::NamedCheck>();
  const auto fail = [&](const std::string& finding) {
    check.status = CheckStatus::failed;
    check.detail += (check.detail.empty() ? "" : "; ") + finding;
  };
  MUSTER_TRY_ASSIGN(const auto key, log_key(home.store()));
  if (freeze.log_key != key.to_string()) fail("the checkpoint is of another log's operator");
  MUSTER_TRY_ASSIGN(const ledger::TreeHead now, home.store().head());
  if (freeze.head->size > now.size) {
    fail("the checkpoint has more entries than this ledger");
    return std::optional(check);
  }
  MUSTER_TRY_ASSIGN(const Hash root, ledger::root_at(home.store(), freeze.head->size));
  if (root != freeze.head->root) fail("the checkpoint is of another history");
  for (const Frozen& frozen : plan.freezes) {
    if (frozen.index < freeze.head->size.value) continue;
    fail("freeze " + frozen.freeze + " is later than the checkpoint");
  }
  if (*freeze.not_after > plan.accepted_at) fail("the checkpoint is later than the plan");
  return std::optional(check);
}

}  // namespace muster::cli
