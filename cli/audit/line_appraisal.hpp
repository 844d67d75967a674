#pragma once

#include <string>
#include <vector>

#include "attestation/appraise/appraise.hpp"
#include "cli/audit/challenge.hpp"
#include "cli/audit/kit_basis.hpp"
#include "cli/audit/prover_record.hpp"
#include "sampler/plan/plan_request.hpp"

namespace muster::cli {

/// How the inspector saw the chips of a reading.
struct Reading {
  Timestamp now;
  attestation::Presence presence;
  std::string snapshots_per_day;     ///< Empty: no logs are read; a chip shows that it is there.
  sampler::EvidenceDemand demand{};  ///< What else the plan asks of every log.
  std::string origin{};              ///< Of the log: part of what such a chip signs.
  const attestation::DeviceReference* reference = nullptr;  ///< Null: nobody said what may run.
  const attestation::DelayPolicy* delay = nullptr;          ///< Null: delays are not judged.
  const attestation::AllowanceBook* allowances = nullptr;   ///< Null: nor is what was spent.
};

/// The plan whose lines are read, and the origin of its log. Borrows the plan.
struct LinesOf {
  const sampler::PlanRequest* plan;
  std::string origin;
};

/// A reading of these lines as the plan asks for it. Borrows `measures`.
/// Errors: `invalid_input` for a plan of use that states no rate of snapshots: seeing the chips
/// would say nothing of what they did.
Result<Reading> reading_for(const LinesOf& lines, const KitMeasures& measures, Timestamp now,
                            attestation::Presence presence);
/// What a plan asks of every log, but for the memory of its product.
void put_demand(const sampler::EvidenceDemand& demand, attestation::AppraisalPolicy& policy);
/// Holds logs against `measures` as well, which it borrows.
void put_measures(const KitMeasures& measures, Reading& reading);

/// One line, judged.
struct LineAppraisal {
  std::string verdict;  ///< "consistent", "query", "contradicted", "not-presented" or "open"
  std::vector<std::string> codes;
  Json report;  ///< As `attest appraise --json` prints it.
};

/// Judges the evidence file of one chip, whose head is over `nonce`; no bytes: not presented.
/// Hostile bytes end in findings. Errors: `invalid_input` for a rate that is none.
Result<LineAppraisal> evidence_appraisal(const ProverRecord& record, const ChipId& chip,
                                         Bytes nonce, const Reading& reading,
                                         const std::optional<Bytes>& evidence);

/// Judges what the Prover presented for `challenge`: the bytes of its evidence file, or nothing. In
/// a plan that reads no logs these are the device's answer (presence_answer.hpp).
/// Hostile bytes end in findings. Rests on nothing but its arguments, so that a laptop without a
/// network comes to what the registry comes to. Errors: `invalid_input` for a rate that is none.
Result<LineAppraisal> line_appraisal(const ProverRecord& record, const Challenge& challenge,
                                     const Reading& reading, const std::optional<Bytes>& evidence);

}  // namespace muster::cli
