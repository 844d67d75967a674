#include "cli/audit/line_appraisal.hpp"

#include <algorithm>

#include "cli/audit/evidence_file.hpp"
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
  for (const ReportedHead& head : reported->second) {
    const auto same = [&](const Bytes& bytes) {
      return crypto::sha256(ByteView(bytes)) == head.head;
    };
    if (same(evidence.first_head)) {
      matched.presented.push_back({evidence.first_head, head.accepted_at});
    } else if (same(evidence.freeze_head)) {
      matched.presented.push_back({evidence.freeze_head, head.accepted_at});
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

/// A query that follows from the register and not from what the chip says.
void add_query(const std::string& code, const std::string& expected, const std::string& found,
               LineAppraisal& line) {
  line.codes.push_back(code);
  line.report["findings"].push_back({{"code", code},
                                     {"severity", "query"},
                                     {"expected", expected},
                                     {"found", found},
                                     {"evidence", Json::array()}});
  if (line.verdict == "consistent") line.verdict = "query";
  line.report["verdict"] = line.verdict;
}

/// A reported head that is not shown may hide a fork: the line owes an answer.
void add_withheld(std::size_t withheld, LineAppraisal& line) {
  if (withheld == 0) return;
  add_query("head.withheld", "the bytes of every head reported to the ledger",
            std::to_string(withheld) + " not presented", line);
}

/// Whoever has the key of the enroller can enrol any device in the chip's place.
void add_disputed(const ProverRecord& record, const ChipId& chip, LineAppraisal& line) {
  const auto known = record.enrolled.find(chip);
  if (known == record.enrolled.end() || known->second.disputed.empty()) return;
  add_query("key.disputed", "an enrolment that its signer's key still vouches for",
            "entry " + std::to_string(known->second.entry) + " by " + known->second.by + ": " +
                known->second.disputed,
            line);
}

}  // namespace

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
                  .nonce = std::move(nonce),
                  .declarations = &record.declarations,
                  .window = record.window,
                  .reference = reading.reference,
                  .delay = reading.delay,
                  .allowances = reading.allowances,
                  .presence = reading.presence,
                  .policy = {.rate = rate, .now = reading.now}};
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
  add_disputed(record, chip, line);
  return line;
}

Result<LineAppraisal> line_appraisal(const ProverRecord& record, const Challenge& challenge,
                                     const Reading& reading, const std::optional<Bytes>& evidence) {
  return evidence_appraisal(record, challenge.chip, to_bytes(challenge.nonce.view()), reading,
                            evidence);
}

}  // namespace muster::cli
