#include "cli/scenario/auditor.hpp"

#include <unistd.h>

#include <cstdio>
#include <optional>

#include "attestation/appraise/appraise.hpp"
#include "attestation/device/emulated_chip.hpp"
#include "attestation/replay/emulated_fleet.hpp"
#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/audit_terms.hpp"
#include "cli/scenario/channel.hpp"
#include "cli/scenario/told.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "sampler/beacon/ceremony.hpp"
#include "sampler/evaluate/evaluation.hpp"

namespace muster::cli::scenario {
namespace {

/// One drawn line, asked and answered.
struct Line {
  sampler::DrawnChip drawn;
  Hash nonce;
  sampler::LineResult result;
};

class Audit final {
 public:
  Audit(Channel& other, const Register& known)
      : other_(&other), known_(&known), declared_(&known.declared) {}

  Result<void> play(const Json& filings);

 private:
  Result<sampler::BeaconValue> ceremony();
  Result<void> draw();
  Result<void> read_lines();
  Result<sampler::LineResult> judged(const Line& line, const Json& evidence) const;
  Result<void> settle();
  [[nodiscard]] Result<sampler::Evaluation> evaluated() const;
  Result<Json> demanded();

  Channel* other_;
  const Register* known_;
  const Declared* declared_;
  Filed filed_{};
  attestation::DeclarationIndex late_{};  // with what was filed after the draw
  const attestation::DeclarationIndex* explains_ = nullptr;
  std::optional<sampler::Plan> plan_{};
  std::vector<Line> lines_{};
};

/// The next message, which must be there.
Result<Json> Audit::demanded() {
  MUSTER_TRY_ASSIGN(Json message, other_->receive());
  if (message.is_null()) {
    return failure(Errc::unavailable, "the Prover's side: it ended in the middle of an audit");
  }
  return message;
}

Result<void> Audit::play(const Json& filings) {
  MUSTER_TRY_ASSIGN(filed_, parse_filed(filings, *known_));
  if (filed_.declared) declared_ = &*filed_.declared;
  explains_ = &declared_->index;
  plan_ = with_roots(known_->plan, {known_->frame_root, filed_.heads_root, declared_->root});
  MUSTER_TRY(draw());
  MUSTER_TRY(read_lines());
  return settle();
}

/// Each commits before either reveals: the Prover first, and so the inspector's nonce can follow
/// from what the Prover committed to.
Result<sampler::BeaconValue> Audit::ceremony() {
  using sampler::CeremonyRole;
  const Hash plan = sampler::plan_hash(*plan_);
  sampler::CeremonyTranscript transcript{plan, {}, {}};
  MUSTER_TRY(other_->send({{"plan", plan.to_hex()}}));
  MUSTER_TRY_ASSIGN(const Json commit, demanded());
  MUSTER_TRY_ASSIGN(transcript.prover.commit, parse_commit(commit));
  if (!sampler::commit_verifies(CeremonyRole::prover, plan, transcript.prover.commit,
                                prover_signer().public_key())) {
    return failure(Errc::invalid_input, "ceremony: the Prover's commitment does not verify");
  }
  transcript.verifier.nonce = auditor_nonce(plan, transcript.prover.commit.commit);
  transcript.verifier.commit = sampler::signed_commit(CeremonyRole::verifier, plan,
                                                      transcript.verifier.nonce, auditor_signer());
  MUSTER_TRY(other_->send({{"commit", commit_json(transcript.verifier.commit)},
                           {"nonce", to_hex(transcript.verifier.nonce)}}));
  MUSTER_TRY_ASSIGN(const Json revealed, demanded());
  MUSTER_TRY_ASSIGN(auto whole, sampler::parse_ceremony(revealed));
  if (whole.verifier.nonce != transcript.verifier.nonce ||
      whole.prover.commit.commit != transcript.prover.commit.commit) {
    return failure(Errc::invalid_input, "ceremony: the Prover revealed another ceremony");
  }
  sampler::sign_transcript(whole, CeremonyRole::verifier, auditor_signer());
  auto beacon = sampler::ceremony_beacon(
      whole, plan, {prover_signer().public_key(), auditor_signer().public_key()});
  if (!beacon.verified) return failure(Errc::invalid_input, beacon.source);
  return beacon;
}

Result<void> Audit::draw() {
  MUSTER_TRY_ASSIGN(const auto beacon, ceremony());
  MUSTER_TRY_ASSIGN(const auto drawing,
                    sampler::draw_sample(*plan_, {known_->frame}, beacon, auditor_vrf()));
  Json challenges = Json::array();
  for (const auto& drawn : sampler::drawn_chips(drawing)) {
    const Hash nonce = crypto::sha256({as_bytes(drawn.chip), beacon.randomness});
    lines_.push_back({drawn, nonce, {drawn.site, drawn.chip, sampler::LineVerdict::open}});
    challenges.push_back({{"chip", drawn.chip}, {"nonce", nonce.to_hex()}, {"uplink", "cut"}});
  }
  return other_->send({{"challenges", std::move(challenges)}});
}

const attestation::DeviceReference& accepted_firmware(const attestation::SnapshotRate& rate) {
  static const attestation::DeviceReference reference = [&] {
    const auto profile = attestation::emulated_profile(rate);
    return attestation::DeviceReference{
        "scenario", {}, {profile.firmware, attestation::updated_firmware()}, {profile.device_code}};
  }();
  return reference;
}

Result<sampler::LineResult> Audit::judged(const Line& line, const Json& evidence) const {
  sampler::LineResult result{line.drawn.site, line.drawn.chip, sampler::LineVerdict::open};
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(evidence, "evidence"));
  if (fields.has("refused")) return result;  // read by nobody, and open
  MUSTER_TRY_ASSIGN(const Bytes head, hex_field(fields, "head"));
  MUSTER_TRY_ASSIGN(const Bytes log, hex_field(fields, "log"));
  MUSTER_TRY_ASSIGN(const Bytes openings, hex_field(fields, "openings"));
  MUSTER_TRY(fields.finish());
  const Announced& announced = known_->announced;
  const auto rate = attestation::SnapshotRate::parse(announced.snapshots_per_day).value();
  const Window window = announced.window();
  attestation::Subject subject{.chip = ChipId::parse(line.drawn.chip).value(),
                               .device_key = known_->device_keys.at(line.drawn.chip),
                               .openings = openings,
                               .nonce = to_bytes(line.nonce.view()),
                               .declarations = explains_,
                               .window = window,
                               .held = {{Timestamp{window.from.ms - 60 * ms_per_day},
                                         Timestamp{window.to.ms + 60 * ms_per_day}}},
                               .reference = &accepted_firmware(rate),
                               .presence = attestation::Presence::uplink_cut,
                               .policy = {.rate = rate, .now = audit_days(announced).read_at}};
  subject.policy.memory_bytes = known_->memory_bytes;
  subject.policy.require_window_head = true;
  if (!head.empty()) subject.head = ByteView(head);
  if (!log.empty()) subject.log = ByteView(log);
  for (const auto& [bytes, at] : filed_.heads.at(line.drawn.chip)) {
    subject.ledgered_heads.push_back({bytes, at});
  }
  const auto appraisal = attestation::appraise(subject);
  MUSTER_TRY_ASSIGN(result.verdict,
                    sampler::parse_verdict(attestation::verdict_name(appraisal.verdict)));
  for (const auto& item : appraisal.findings.items()) {
    if (item.severity > attestation::Severity::note) {
      result.codes.emplace_back(attestation::code_name(item.code));
    }
  }
  if (result.verdict != sampler::LineVerdict::not_presented) {
    result.presence = sampler::Presence::uplink_cut;
    result.silence_probes = true;
  }
  return result;
}

Result<void> Audit::read_lines() {
  MUSTER_TRY_ASSIGN(const Json message, demanded());
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(message, "evidence"));
  MUSTER_TRY_ASSIGN(const Json* filed_late, fields.array("filed_late"));
  MUSTER_TRY_ASSIGN(const Json* evidence, fields.array("evidence"));
  MUSTER_TRY(fields.finish());
  if (evidence->size() != lines_.size()) {
    return failure(Errc::invalid_input, "evidence: want one for each challenge");
  }
  if (!filed_late->empty()) {
    MUSTER_TRY_ASSIGN(auto late, parse_declarations(*filed_late));
    late_ = index_of(declared_->runs, std::move(late));
    explains_ = &late_;
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    MUSTER_TRY_ASSIGN(lines_[i].result, judged(lines_[i], (*evidence)[i]));
  }
  return {};
}

Result<sampler::Evaluation> Audit::evaluated() const {
  std::vector<sampler::DrawnChip> drawn;
  std::vector<sampler::LineResult> results;
  for (const Line& line : lines_) {
    drawn.push_back(line.drawn);
    results.push_back(line.result);
  }
  return sampler::tally(*plan_, drawn, results);
}

/// Queries are asked, closed with evidence or not, and judged at their deadline.
Result<void> Audit::settle() {
  MUSTER_TRY_ASSIGN(const auto at_reading, evaluated());
  Json asked = Json::array();
  for (const Line& line : lines_) {
    if (line.result.verdict == sampler::LineVerdict::consistent) continue;
    asked.push_back({{"chip", line.drawn.chip},
                     {"verdict", std::string(sampler::verdict_name(line.result.verdict))},
                     {"codes", line.result.codes}});
  }
  MUSTER_TRY(other_->send({{"queries", asked}}));
  MUSTER_TRY_ASSIGN(const Json answers, demanded());
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(answers, "answers"));
  MUSTER_TRY_ASSIGN(const Json* closed, fields.array("closed"));
  MUSTER_TRY(fields.finish());
  std::size_t next = 0;
  for (Line& line : lines_) {
    if (line.result.verdict == sampler::LineVerdict::consistent) continue;
    const bool answered = next < closed->size() && (*closed)[next] == true;
    ++next;
    line.result.query =
        answered ? sampler::QueryState::closed_consistent : sampler::QueryState::hit;
    if (answered) {  // the evidence was seen on the inspector's own bench
      line.result.presence = sampler::Presence::bench;
      line.result.silence_probes = true;
    }
  }
  MUSTER_TRY_ASSIGN(const auto result, evaluated());
  return other_->send({{"at_reading", std::string(sampler::verdict_name(at_reading.verdict))},
                       {"verdict", std::string(sampler::verdict_name(result.verdict))},
                       {"lines", result.lines},
                       {"hits", result.hits},
                       {"open", result.open}});
}

}  // namespace

Result<void> run_auditor() {
  Channel other(STDIN_FILENO, STDOUT_FILENO);
  MUSTER_TRY_ASSIGN(const Json opening, other.receive());
  if (opening.is_null()) return {};
  MUSTER_TRY_ASSIGN(const Register known, parse_register(opening, auditor_vrf().public_key()));
  for (;;) {
    MUSTER_TRY_ASSIGN(const Json filings, other.receive());
    if (filings.is_null()) return {};
    MUSTER_TRY(Audit(other, known).play(filings));
  }
}

int auditor_main() {
  const auto done = run_auditor();
  if (done) return 0;
  std::fprintf(stderr, "muster: %s\n", done.error().message.c_str());
  return 3;
}

}  // namespace muster::cli::scenario
