#include <algorithm>

#include "sampler/plan/draw_question.hpp"

namespace muster::sampler {
namespace {

/// `where` stands before each finding.
void check_value(const BeaconSpec& spec, const BeaconValue& beacon, const std::string& where,
                 Question& question) {
  if (beacon.round != spec.round) {
    question.fail(where + "round: got " + std::to_string(beacon.round) + ", want " +
                  std::to_string(spec.round));
  }
  if (beacon.kind != spec.kind) {
    const std::string finding = where + "kind: got " + beacon.kind + ", want " + spec.kind;
    if (beacon.kind == "value") {
      question.miss(finding);
    } else {
      question.fail(finding);
    }
  }
  if (beacon.verified) return;
  if (beacon.kind == "value" || beacon.unchecked) {
    question.miss(where + "UNVERIFIED: " + beacon.source);
  } else {
    question.fail(where + beacon.source);
  }
}

/// In the ledger the order is that of the entries, which no clock can blur.
void check_ledger_order(const Plan& plan, const LedgerCeremony& ceremony, Question& question) {
  for (const std::string& finding : order_findings(ceremony)) question.fail(finding);
  const auto begun = begun_at(ceremony);
  if (!begun) return question.miss("no party has committed");
  if (*begun < plan.request.beacon.not_before) {
    question.fail("begun " + begun->to_string() + ", the plan wants no earlier than " +
                  plan.request.beacon.not_before.to_string());
  }
}

/// The value of a site must not have been there when the team arrived.
void check_gate_time(const GateValue& gate, const std::optional<Timestamp>& planned,
                     Question& question) {
  const std::string where = "site " + gate.site + ": ";
  if (!gate.arrived_at) return question.fail(where + "no arrival stands before its opening");
  if (planned && *gate.arrived_at < *planned) question.fail(where + "arrived before the plan");
  if (!gate.time) {
    question.miss(where + "nothing shows when its value came to be");
  } else if (*gate.time <= *gate.arrived_at) {
    question.fail(where + "the value of " + gate.time->to_string() + " existed at the arrival, " +
                  gate.arrived_at->to_string());
  }
}

void check_times(const Plan& plan, const DrawEvidence& evidence, Question& question) {
  if (!evidence.plan_accepted_at || !evidence.beacon_time) {
    return question.miss("the times of plan and beacon value are not given");
  }
  if (*evidence.beacon_time < plan.request.beacon.not_before) {
    question.fail("got " + evidence.beacon_time->to_string() + ", the plan wants no earlier than " +
                  plan.request.beacon.not_before.to_string());
  }
  if (*evidence.beacon_time <= *evidence.plan_accepted_at) {
    question.fail("the value of " + evidence.beacon_time->to_string() +
                  " existed when the plan was accepted at " +
                  evidence.plan_accepted_at->to_string());
  }
}

}  // namespace

const BeaconValue* value_at(const Plan& plan, const DrawEvidence& evidence, std::string_view site) {
  if (!drawn_at_gates(plan)) return &evidence.beacon;
  const auto found = std::find_if(evidence.gates.begin(), evidence.gates.end(),
                                  [&](const GateValue& gate) { return gate.site == site; });
  return found == evidence.gates.end() ? nullptr : &found->beacon;
}

NamedCheck value_check(const Plan& plan, const DrawEvidence& evidence) {
  Question question("beacon value is the one that the plan names");
  const BeaconSpec& spec = plan.request.beacon;
  if (!drawn_at_gates(plan)) {
    check_value(spec, evidence.beacon, {}, question);
    return question.answer();
  }
  for (const GateValue& gate : evidence.gates) {
    check_value(spec, gate.beacon, "site " + gate.site + ": ", question);
  }
  return question.answer();
}

NamedCheck value_time_check(const Plan& plan, const DrawEvidence& evidence) {
  Question question("beacon value is later than the plan");
  if (drawn_at_gates(plan)) {
    for (const GateValue& gate : evidence.gates) {
      check_gate_time(gate, evidence.plan_accepted_at, question);
    }
  } else if (evidence.ceremony) {
    check_ledger_order(plan, *evidence.ceremony, question);
  } else {
    check_times(plan, evidence, question);
  }
  return question.answer();
}

}  // namespace muster::sampler
