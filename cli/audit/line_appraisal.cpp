#include "cli/audit/line_appraisal.hpp"

#include <algorithm>

#include "cli/audit/evidence_file.hpp"
#include "cli/audit/line_findings.hpp"
#include "cli/audit/presence_appraisal.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using attestation::Appraisal;
using attestation::Subject;
using audit::EvidenceFile;

/// The reported heads whose bytes the Prover presented, and how many it withheld.
struct MatchedHeads {
  std::vector<attestation::LedgeredHead> presented;
  std::size_t withheld = 0;
};

MatchedHeads matched_heads(const ProverRecord& record, const ChipId& chip,
                           const EvidenceFile& evidence) {
  MatchedHeads matched;
  const auto reported = record.heads.find(chip);
  if (reported == record.heads.end()) return matched;
  std::vector<std::pair<Hash, ByteView>> presented;
  const auto present = [&](ByteView bytes) {
    presented.emplace_back(crypto::sha256(bytes), bytes);
  };
  present(evidence.first_head);
  present(evidence.freeze_head);
  for (const Bytes& head : evidence.more_heads) present(head);
  for (const ReportedHead& head : reported->second) {
    const auto shown = std::ranges::find(presented, head.head, &std::pair<Hash, ByteView>::first);
    if (shown != presented.end()) {
      matched.presented.push_back({shown->second, head.accepted_at});
    } else {
      ++matched.withheld;
    }
  }
  return matched;
}

/// The presented key if it is the enrolled one. Another key is a wrong identity, told by the two
/// serials; none enrolled leaves the key absent.
void set_identity(const ProverRecord& record, const EvidenceFile& evidence, Subject& subject) {
  const auto known = record.enrolled.find(subject.chip);
  const Hash enrolled = known == record.enrolled.end() ? Hash{} : known->second.device_key;
  const Hash presented = crypto::sha256(ByteView(evidence.device_key));
  auto key = crypto::PublicKey::from_bytes(evidence.device_key);
  if (key && presented == enrolled) subject.device_key = *key;
  if (presented != enrolled) {
    subject.serials = attestation::Serials{enrolled.to_hex(), presented.to_hex()};
  }
}

LineAppraisal judged(const Appraisal& appraisal) {
  LineAppraisal line{std::string(attestation::verdict_name(appraisal.verdict)),
                     {},
                     attestation::appraisal_json(appraisal)};
  for (const auto& finding : appraisal.findings.items()) {
    const std::string code(attestation::code_name(finding.code));
    if (std::ranges::find(line.codes, code) == line.codes.end()) line.codes.push_back(code);
  }
  return line;
}

/// A reported head that is not shown may hide a fork: the line owes an answer.
void add_withheld(std::size_t withheld, LineAppraisal& line) {
  if (withheld == 0) return;
  add_query("head.withheld", "the bytes of every head reported to the ledger",
            std::to_string(withheld) + " not presented", line);
}

/// What the plan asks of the log of `chip`, a product of which it may ask more.
attestation::AppraisalPolicy policy_of(const ProverRecord& record, const ChipId& chip,
                                       const Reading& reading,
                                       const attestation::SnapshotRate& rate) {
  attestation::AppraisalPolicy policy{.rate = rate, .now = reading.now};
  put_demand(reading.demand, policy);
  policy.require_window_head = true;
  const auto known = record.enrolled.find(chip);
  if (known != record.enrolled.end()) {
    policy.memory_bytes = reading.demand.memory_of(known->second.product).value_or(0);
  }
  return policy;
}

}  // namespace

void put_demand(const sampler::EvidenceDemand& demand, attestation::AppraisalPolicy& policy) {
  policy.minimum_svn = demand.minimum_svn;
  policy.require_acknowledged = demand.acknowledged;
  policy.require_precommitments = demand.precommitted;
  policy.acknowledge_within_ms =
      static_cast<std::int64_t>(demand.acknowledge_within_minutes) * ms_per_minute;
  policy.longest_head_gap_ms = static_cast<std::int64_t>(demand.heads_every_days) * ms_per_day;
}

void put_measures(const KitMeasures& measures, Reading& reading) {
  reading.reference = measures.reference ? &*measures.reference : nullptr;
  reading.delay = measures.delay ? &*measures.delay : nullptr;
  reading.allowances = measures.book ? &*measures.book : nullptr;
}

Result<Reading> reading_for(const LinesOf& lines, const KitMeasures& measures, Timestamp now,
                            attestation::Presence presence) {
  const sampler::PlanRequest& plan = *lines.plan;
  Reading reading{.now = now, .presence = presence, .snapshots_per_day = {}};
  if (plan.snapshots) {
    reading.snapshots_per_day = plan.snapshots->per_day.text();
  } else if (plan.purpose != sampler::Purpose::existence) {
    return failure(
        Errc::invalid_input,
        "plan " + plan.id.text() +
            ": is about use and states no rate of snapshots: its lines cannot be judged");
  }
  reading.origin = lines.origin;
  reading.demand = plan.evidence;
  put_measures(measures, reading);
  return reading;
}

const ProverRecord* record_of(const std::vector<ProverRecord>& records, const ChipId& chip) {
  for (const ProverRecord& record : records) {
    if (record.held.contains(chip)) return &record;
  }
  return nullptr;
}

Result<LineAppraisal> evidence_appraisal(const ProverRecord& record, const ChipId& chip,
                                         Bytes nonce, const Reading& reading,
                                         const std::optional<Bytes>& evidence) {
  MUSTER_TRY_ASSIGN(const auto rate, attestation::SnapshotRate::parse(reading.snapshots_per_day));
  Subject subject{.chip = chip,
                  .acknowledgers = reading.demand.acknowledgers,
                  .nonce = std::move(nonce),
                  .declarations = &record.declarations,
                  .window = record.window,
                  .reference = reading.reference,
                  .delay = reading.delay,
                  .allowances = reading.allowances,
                  .presence = reading.presence,
                  .policy = policy_of(record, chip, reading, rate)};
  const auto held = record.held.find(chip);
  if (held != record.held.end()) subject.held = held->second;
  if (!evidence) return judged(attestation::appraise(subject));
  const auto file = audit::parsed_evidence(*evidence);
  if (!file) {
    // Presented, and not readable: what is there is judged as bytes, and cannot be judged.
    subject.log = ByteView(*evidence);
    subject.head = ByteView(*evidence);
    return judged(attestation::appraise(subject));
  }
  const MatchedHeads heads = matched_heads(record, chip, *file);
  set_identity(record, *file, subject);
  subject.head = ByteView(file->head);
  subject.log = ByteView(file->log);
  subject.openings = ByteView(file->openings);
  subject.acknowledgements = ByteView(file->acknowledgements);
  subject.ledgered_heads = heads.presented;
  LineAppraisal line = judged(attestation::appraise(subject));
  add_withheld(heads.withheld, line);
  const auto known = record.enrolled.find(chip);
  if (known != record.enrolled.end()) add_disputed(known->second, line);
  return line;
}

Result<LineAppraisal> line_appraisal(const ProverRecord& record, const Challenge& challenge,
                                     const Reading& reading, const std::optional<Bytes>& evidence) {
  if (reading.snapshots_per_day.empty()) {
    return presence_appraisal(record, challenge, reading, evidence);
  }
  return evidence_appraisal(record, challenge.chip, to_bytes(challenge.nonce.view()), reading,
                            evidence);
}

}  // namespace muster::cli
