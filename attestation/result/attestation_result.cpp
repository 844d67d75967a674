#include "attestation/result/attestation_result.hpp"

#include <algorithm>
#include <set>

#include "attestation/device/entry.hpp"
#include "attestation/result/result_text.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

Json hash_or_null(const std::optional<Hash>& hash) {
  return hash ? Json(hash->to_hex()) : Json(nullptr);
}

std::optional<Hash> digest_of(const std::optional<ByteView>& bytes) {
  if (!bytes) return std::nullopt;
  return crypto::sha256(*bytes);
}

/// What the chip was declared to work for before the freeze, sorted.
std::vector<std::string> runs_of(const Subject& subject) {
  std::set<std::string> names;
  if (subject.declarations == nullptr) return {};
  for (const auto& held : subject.declarations->held_by(subject.chip)) {
    if (!subject.declarations->filed()[held.run].before_freeze) continue;
    names.insert(subject.declarations->declaration(held.run).metadata.run.text());
  }
  std::vector<std::string> runs(names.begin(), names.end());
  if (runs.size() > max_result_items) runs.resize(max_result_items);
  return runs;
}

/// Each check once; the reason that is not told is another epoch's.
std::vector<CheckNotRun> shortened(const std::vector<CheckNotRun>& all) {
  std::vector<CheckNotRun> kept;
  for (const CheckNotRun& item : all) {
    const bool known = std::ranges::find(kept, item.check, &CheckNotRun::check) != kept.end();
    if (!known && kept.size() < max_result_items) kept.push_back(item);
  }
  return kept;
}

Json subject_json(const AttestationResult& result) {
  // A chip that was not presented has no head, and a subject of a Statement must have a digest.
  Json digest = Json::object();
  if (result.evidence.head) {
    digest["sha256"] = result.evidence.head->to_hex();
  } else {
    digest["ueid"] = ueid_of(result.chip).to_hex();
  }
  Json list = Json::array();
  list.push_back({{"name", result.chip.to_string()}, {"digest", std::move(digest)}});
  return list;
}

Json evidence_json(const JudgedEvidence& evidence) {
  return {{"head", hash_or_null(evidence.head)},           {"log", hash_or_null(evidence.log)},
          {"openings", hash_or_null(evidence.openings)},   {"nonce", to_hex(evidence.nonce)},
          {"reference", hash_or_null(evidence.reference)}, {"runs", evidence.runs}};
}

Json claims_json(const AttestationResult& result) {
  Json json = Json::object();
  for (std::size_t i = 0; i < claim_count; ++i) {
    json[std::string(claim_name(static_cast<Claim>(i)))] = status_name(result.claims[i]);
  }
  return json;
}

Json findings_json(const AttestationResult& result) {
  Json list = Json::array();
  for (const CodeCount& item : result.findings) {
    list.push_back({{"code", code_name(item.code)},
                    {"severity", severity_name(item.severity)},
                    {"count", item.count}});
  }
  return list;
}

Json predicate_json(const AttestationResult& result) {
  Json not_run = Json::array();
  for (const CheckNotRun& item : result.not_run) {
    not_run.push_back({{"check", item.check}, {"reason", item.reason}});
  }
  Json policy = policy_json(result.policy);
  policy["id"] = policy_id(result.policy).to_hex();
  return {
      {"verifier", {{"id", result.verifier}, {"build", result.build}}},
      {"at", result.policy.now.to_string()},
      {"window", {{"from", result.window.from.to_string()}, {"to", result.window.to.to_string()}}},
      {"policy", std::move(policy)},
      {"presence", presence_name(result.presence)},
      {"evidence", evidence_json(result.evidence)},
      {"verdict", verdict_name(result.verdict)},
      {"status", status_name(status_from(result.verdict))},
      {"claims", claims_json(result)},
      {"findings", findings_json(result)},
      {"checks_not_run", std::move(not_run)},
      {"coverage",
       {{"entries", result.coverage.entries},
        {"snapshots", result.coverage.snapshots},
        {"due", result.coverage.due},
        {"powered_ms", result.coverage.powered_ms}}},
      {"unexplained_bytes", result.unexplained_bytes}};
}

}  // namespace

bool is_result_text(std::string_view text) {
  return !text.empty() && text.size() <= max_result_text &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// What is asked only at times stands in the document only then, so that older ones keep their
/// digest.
Json policy_json(const AppraisalPolicy& policy) {
  Json json{{"rate", policy.rate.to_string()},
            {"minimum_svn", policy.minimum_svn},
            {"clock_tolerance_ms", policy.clock_tolerance_ms},
            {"least_presence", presence_name(policy.least_presence)},
            {"require_ledgered_epochs", policy.require_ledgered_epochs},
            {"ledger_grace_ms", policy.ledger_grace_ms},
            {"off_allowance_ms", policy.off_allowance_ms},
            {"memory_bytes", policy.memory_bytes},
            {"longest_head_gap_ms", policy.longest_head_gap_ms}};
  if (policy.require_window_head) json["require_window_head"] = true;
  if (policy.require_precommitments) json["require_precommitments"] = true;
  if (policy.require_acknowledged) {
    json["acknowledge_within_ms"] = policy.acknowledge_within_ms;
  }
  return json;
}

Hash policy_id(const AppraisalPolicy& policy) {
  return crypto::sha256(
      {as_bytes("muster/appraisal-policy/v1\n"), as_bytes(canonical_json(policy_json(policy)))});
}

Result<AttestationResult> attestation_result(const Subject& subject, const Appraisal& appraisal,
                                             const ResultAuthor& author) {
  for (const std::string& text : {author.verifier, author.build}) {
    if (is_result_text(text)) continue;
    return failure(Errc::invalid_input, "verifier: want 1 to " + std::to_string(max_result_text) +
                                            " characters of printable ASCII");
  }
  AttestationResult result{.chip = subject.chip,
                           .verifier = author.verifier,
                           .build = author.build,
                           .policy = subject.policy,
                           .window = subject.window,
                           .presence = subject.presence};
  result.evidence = {.head = digest_of(subject.head),
                     .log = digest_of(subject.log),
                     .nonce = subject.nonce,
                     .runs = runs_of(subject)};
  if (!subject.openings.empty()) result.evidence.openings = crypto::sha256(subject.openings);
  if (subject.reference != nullptr) {
    result.evidence.reference =
        crypto::sha256(canonical_json(device_reference_json(*subject.reference)));
  }
  result.verdict = appraisal.verdict;
  result.findings = counted(appraisal.findings);
  result.not_run = shortened(appraisal.not_run);
  result.claims = claims_from(result.findings, result.not_run);
  result.coverage = appraisal.coverage;
  result.unexplained_bytes = std::min<std::uint64_t>(appraisal.unexplained.bytes, max_json_integer);
  return result;
}

std::string encode_result(const AttestationResult& result) {
  return canonical_json({{"_type", statement_type},
                         {"subject", subject_json(result)},
                         {"predicateType", result_predicate_type},
                         {"predicate", predicate_json(result)}});
}

Result<ledger::Envelope> signed_result(const AttestationResult& result,
                                       const crypto::Signer& verifier) {
  const std::array<const crypto::Signer*, 1> signers{&verifier};
  return ledger::sign_envelope(std::string(statement_payload_type), encode_result(result), signers);
}

}  // namespace muster::attestation
