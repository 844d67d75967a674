#include "cli/audit/draw_evidence.hpp"

#include "cli/audit/draw_events.hpp"
#include "cli/audit/extension.hpp"
#include "cli/audit/freeze_check.hpp"
#include "cli/audit/gate.hpp"
#include "cli/audit/order_check.hpp"
#include "cli/audit/rest.hpp"

namespace muster::cli {
namespace {

const char* status_text(sampler::CheckStatus status) {
  switch (status) {
    case sampler::CheckStatus::ok:
      return "ok";
    case sampler::CheckStatus::failed:
      return "FAILED";
    case sampler::CheckStatus::unverified:
      break;
  }
  return "not checkable";
}

}  // namespace

Result<sampler::DrawEvidence> draw_evidence(Home& home, const CommittedPlan& plan,
                                            const FrameKeys& keys, const BeaconSource& source) {
  MUSTER_TRY_ASSIGN(auto frames, plan_frames(home, plan, keys));
  return draw_evidence(home, plan, std::move(frames), source);
}

Result<sampler::DrawEvidence> draw_evidence(Home& home, const CommittedPlan& plan,
                                            std::vector<sampler::Frame> frames,
                                            const BeaconSource& source) {
  DrawValue value{{"gate", 0, {0}, true, "each site by values of its own"}, "gate"};
  if (!sampler::drawn_at_gates(plan.plan)) {
    MUSTER_TRY_ASSIGN(value, sealed_value(home, plan, source));
  }
  MUSTER_TRY_ASSIGN(auto seal, ledger_seal(home, plan));
  MUSTER_TRY_ASSIGN(auto seen, seen_chips(home, plan.plan));
  MUSTER_TRY_ASSIGN(const auto openings, ledger_openings(home, plan.id));
  MUSTER_TRY_ASSIGN(auto gates, gate_values(home, plan, source, openings));
  sampler::DrawEvidence evidence{std::move(frames),
                                 std::move(value.beacon),
                                 std::move(seal),
                                 {},
                                 value.planned_at.value_or(plan.accepted_at),
                                 value.time,
                                 std::move(value.ceremony),
                                 std::move(seen),
                                 std::move(gates)};
  evidence.openings = checkable_openings(plan, openings, evidence);
  return evidence;
}

Result<std::vector<sampler::NamedCheck>> ledger_draw_checks(Home& home, const CommittedPlan& plan,
                                                            const sampler::DrawEvidence& evidence) {
  auto checks = sampler::draw_checks(plan.plan, evidence);
  MUSTER_TRY_ASSIGN(auto freeze, freeze_check(home, plan));
  if (freeze) checks.insert(checks.begin() + 1, std::move(*freeze));
  checks.push_back(order_check(home.state(), plan));
  if (evidence.beacon_time || !evidence.gates.empty()) {
    checks.push_back(value_ahead_check(home.state(), plan, evidence));
  }
  MUSTER_TRY_ASSIGN(auto extension, extension_check(home, plan));
  if (extension) checks.push_back(std::move(*extension));
  MUSTER_TRY_ASSIGN(const auto rest, rest_checks(home, plan, evidence));
  checks.insert(checks.end(), rest.begin(), rest.end());
  return checks;
}

print::Table checks_table(const std::vector<sampler::NamedCheck>& checks) {
  print::Table table{"", {{"check"}, {"answer"}, {"detail"}}, {}};
  for (const auto& check : checks) {
    const auto tone = check.status == sampler::CheckStatus::ok       ? print::Tone::good
                      : check.status == sampler::CheckStatus::failed ? print::Tone::bad
                                                                     : print::Tone::warn;
    table.rows.push_back({check.check, {status_text(check.status), tone}, check.detail});
  }
  return table;
}

}  // namespace muster::cli
