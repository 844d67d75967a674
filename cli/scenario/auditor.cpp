#include "cli/scenario/auditor.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/audit_terms.hpp"
#include "cli/scenario/channel.hpp"
#include "cli/scenario/finding_bundle.hpp"
#include "cli/scenario/line_judge.hpp"
#include "cli/scenario/told.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/crypto/vrf_ed25519.hpp"
#include "sampler/beacon/ceremony.hpp"
#include "sampler/evaluate/evaluation.hpp"
#include "sampler/plan/draw_json.hpp"

namespace muster::cli::scenario {
namespace {

/// One drawn line, asked and answered.
struct Line {
  sampler::DrawnChip drawn;
  Hash nonce;
  sampler::LineResult result;
  Json evidence{};
};

class Audit final {
 public:
  Audit(Channel& other, const Register& known, const Json& opening)
      : other_(&other), known_(&known), opening_(&opening), declared_(&known.declared) {}

  Result<void> play(const Json& filings);

 private:
  Result<sampler::BeaconValue> ceremony();
  Result<void> draw();
  Result<void> read_lines();
  Result<void> settle();
  Result<bool> take_answers();
  [[nodiscard]] Json finding() const;
  [[nodiscard]] Result<sampler::Evaluation> evaluated() const;
  Result<Json> demanded();

  Channel* other_;
  const Register* known_;
  const Json* opening_;
  const Declared* declared_;
  Filed filed_{};
  attestation::DeclarationIndex late_{};  // with what was filed after the draw
  const attestation::DeclarationIndex* explains_ = nullptr;
  std::optional<sampler::Plan> plan_{};
  std::vector<Line> lines_{};
  // As they came, for a bundle.
  const Json* filings_ = nullptr;
  Json filed_late_{};
  Json ceremony_{};
  sampler::Drawing drawing_{};
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
  filings_ = &filings;
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
  ceremony_ = sampler::ceremony_json(whole);
  return beacon;
}

Result<void> Audit::draw() {
  MUSTER_TRY_ASSIGN(const auto beacon, ceremony());
  MUSTER_TRY_ASSIGN(drawing_, sampler::draw_sample(*plan_, {known_->frame}, beacon, auditor_vrf()));
  Json challenges = Json::array();
  for (const auto& drawn : sampler::drawn_chips(drawing_)) {
    const Hash nonce = line_nonce(drawn.chip, beacon.randomness);
    lines_.push_back({drawn, nonce, {drawn.site, drawn.chip, sampler::LineVerdict::open}});
    challenges.push_back({{"chip", drawn.chip}, {"nonce", nonce.to_hex()}, {"uplink", "cut"}});
  }
  return other_->send({{"challenges", std::move(challenges)}});
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
  filed_late_ = *filed_late;
  if (!filed_late->empty()) {
    MUSTER_TRY_ASSIGN(auto late, parse_declarations(*filed_late));
    late_ = index_of(declared_->runs, std::move(late));
    explains_ = &late_;
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    const JudgedLine judged{known_,          &filed_,         explains_,
                            line.drawn.site, line.drawn.chip, line.nonce};
    MUSTER_TRY_ASSIGN(lines_[i].result, line_verdict(judged, (*evidence)[i]));
    lines_[i].evidence = (*evidence)[i];
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
  MUSTER_TRY_ASSIGN(const bool files_finding, take_answers());
  MUSTER_TRY_ASSIGN(const auto result, evaluated());
  return other_->send({{"at_reading", std::string(sampler::verdict_name(at_reading.verdict))},
                       {"verdict", std::string(sampler::verdict_name(result.verdict))},
                       {"lines", result.lines},
                       {"hits", result.hits},
                       {"open", result.open},
                       {"finding", files_finding ? finding() : Json()}});
}

/// Queries closed or at their deadline. Returns whether a finding is to be filed: only some audits
/// are asked for one.
Result<bool> Audit::take_answers() {
  MUSTER_TRY_ASSIGN(const Json answers, demanded());
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(answers, "answers"));
  MUSTER_TRY_ASSIGN(const Json* closed, fields.array("closed"));
  MUSTER_TRY_ASSIGN(const bool files_finding, fields.boolean("file_finding"));
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
  return files_finding;
}

/// The first hit, as a bundle for strangers; null if there is none.
Json Audit::finding() const {
  for (const Line& line : lines_) {
    if (line.result.query != sampler::QueryState::hit) continue;
    const auto site =
        std::ranges::find(drawing_.openings, line.drawn.site, &sampler::SiteOpening::site);
    return signed_finding(
        {*opening_, *filings_, filed_late_, ceremony_, sampler::seal_json(drawing_.seal),
         sampler::opening_json(*site), line.evidence, line.drawn.chip,
         std::string(sampler::verdict_name(line.result.verdict)), line.result.codes},
        auditor_signer());
  }
  return {};
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
    MUSTER_TRY(Audit(other, known, opening).play(filings));
  }
}

int auditor_main() {
  const auto done = run_auditor();
  if (done) return 0;
  std::fprintf(stderr, "muster: %s\n", done.error().message.c_str());
  return 3;
}

}  // namespace muster::cli::scenario
