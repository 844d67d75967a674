#include <algorithm>

#include "attestation/device/head.hpp"
#include "attestation/result/result_text.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

tl::unexpected<Error> wrong(const std::string& path, const std::string& what) {
  return failure(Errc::invalid_input, path + ": " + what);
}

Result<std::string> short_text(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(std::string text, fields.text(key));
  if (is_result_text(text)) return text;
  return wrong(fields.path(key),
               "want 1 to " + std::to_string(max_result_text) + " characters of printable ASCII");
}

Result<std::uint64_t> count_of(FieldReader& fields, std::string_view key, std::int64_t least = 0) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key, least));
  return static_cast<std::uint64_t>(value);
}

/// The value whose name the field is, of `size` values counted from 0.
template <class T, class NameOf>
Result<T> named(FieldReader& fields, std::string_view key, std::size_t size, NameOf name_of) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(key));
  for (std::size_t i = 0; i < size; ++i) {
    if (name_of(static_cast<T>(i)) == text) return static_cast<T>(i);
  }
  return wrong(fields.path(key), "got \"" + text.substr(0, 40) + "\", which is none of its names");
}

Result<FieldReader> inside(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* object, fields.object(key));
  return FieldReader::open(*object, fields.path(key));
}

/// True where the field stands, which says nothing but true.
Result<bool> stated(FieldReader& fields, std::string_view key) {
  if (!fields.has(key)) return false;
  MUSTER_TRY_ASSIGN(const bool value, fields.boolean(key));
  if (value) return true;
  return wrong(fields.path(key), "want true, or no such field");
}

Result<void> read_policy(FieldReader& predicate, AttestationResult& result) {
  MUSTER_TRY_ASSIGN(FieldReader fields, inside(predicate, "policy"));
  AppraisalPolicy& policy = result.policy;
  MUSTER_TRY_ASSIGN(policy.rate, fields.parsed<SnapshotRate>("rate"));
  MUSTER_TRY_ASSIGN(const auto svn, fields.integer("minimum_svn", 0, UINT32_MAX));
  policy.minimum_svn = static_cast<std::uint32_t>(svn);
  MUSTER_TRY_ASSIGN(policy.clock_tolerance_ms, fields.integer("clock_tolerance_ms"));
  MUSTER_TRY_ASSIGN(policy.least_presence,
                    named<Presence>(fields, "least_presence", 4, presence_name));
  MUSTER_TRY_ASSIGN(policy.require_ledgered_epochs, fields.boolean("require_ledgered_epochs"));
  MUSTER_TRY_ASSIGN(policy.ledger_grace_ms, fields.integer("ledger_grace_ms"));
  MUSTER_TRY_ASSIGN(policy.off_allowance_ms, fields.integer("off_allowance_ms"));
  MUSTER_TRY_ASSIGN(policy.memory_bytes, count_of(fields, "memory_bytes"));
  MUSTER_TRY_ASSIGN(policy.longest_head_gap_ms, fields.integer("longest_head_gap_ms"));
  MUSTER_TRY_ASSIGN(policy.require_window_head, stated(fields, "require_window_head"));
  MUSTER_TRY_ASSIGN(policy.require_precommitments, stated(fields, "require_precommitments"));
  if (fields.has("acknowledge_within_ms")) {
    policy.require_acknowledged = true;
    MUSTER_TRY_ASSIGN(policy.acknowledge_within_ms, fields.integer("acknowledge_within_ms"));
  }
  MUSTER_TRY_ASSIGN(const Hash id, fields.hash("id"));
  if (id != policy_id(policy)) return wrong(fields.path("id"), "not the digest of the policy");
  return fields.finish();
}

Result<void> read_evidence(FieldReader& predicate, AttestationResult& result) {
  MUSTER_TRY_ASSIGN(FieldReader fields, inside(predicate, "evidence"));
  JudgedEvidence& evidence = result.evidence;
  MUSTER_TRY_ASSIGN(evidence.head, fields.optional_hash("head"));
  MUSTER_TRY_ASSIGN(evidence.log, fields.optional_hash("log"));
  MUSTER_TRY_ASSIGN(evidence.openings, fields.optional_hash("openings"));
  MUSTER_TRY_ASSIGN(evidence.reference, fields.optional_hash("reference"));
  MUSTER_TRY_ASSIGN(const std::string nonce, fields.text("nonce"));
  evidence.nonce.resize(std::min<std::size_t>(nonce.size() / 2, max_nonce_bytes));
  auto filled = fill_from_lower_hex(nonce, evidence.nonce);
  if (!filled) return failure(std::move(filled.error()).during(fields.path("nonce")));
  MUSTER_TRY_ASSIGN(const Json* runs, fields.array("runs"));
  for (const Json& item : *runs) {
    const auto run = item.is_string() ? RunId::parse(item.get_ref<const std::string&>())
                                      : Result<RunId>(wrong("run", "want text"));
    if (!run) return failure(Error(run.error()).during(fields.path("runs")));
    evidence.runs.push_back(run->text());
  }
  if (evidence.runs.size() > max_result_items || !std::ranges::is_sorted(evidence.runs)) {
    return wrong(fields.path("runs"),
                 "want at most " + std::to_string(max_result_items) + " names in order");
  }
  return fields.finish();
}

Result<CodeCount> read_count(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  CodeCount item{};
  MUSTER_TRY_ASSIGN(item.code, named<FindingCode>(fields, "code", finding_codes, code_name));
  MUSTER_TRY_ASSIGN(item.severity, named<Severity>(fields, "severity", 4, severity_name));
  MUSTER_TRY_ASSIGN(item.count, count_of(fields, "count", 1));
  MUSTER_TRY(fields.finish());
  return item;
}

Result<void> read_lists(FieldReader& predicate, AttestationResult& result) {
  MUSTER_TRY_ASSIGN(const Json* findings, predicate.array("findings"));
  for (const Json& item : *findings) {
    MUSTER_TRY_ASSIGN(const CodeCount count, read_count(item, predicate.path("findings")));
    if (!result.findings.empty() && result.findings.back().code >= count.code) {
      return wrong(predicate.path("findings"), "want each code once, in the catalogue's order");
    }
    result.findings.push_back(count);
  }
  MUSTER_TRY_ASSIGN(const Json* not_run, predicate.array("checks_not_run"));
  if (not_run->size() > max_result_items) {
    return wrong(predicate.path("checks_not_run"), "too many");
  }
  for (const Json& item : *not_run) {
    MUSTER_TRY_ASSIGN(FieldReader fields,
                      FieldReader::open(item, predicate.path("checks_not_run")));
    CheckNotRun check;
    MUSTER_TRY_ASSIGN(check.check, short_text(fields, "check"));
    MUSTER_TRY_ASSIGN(check.reason, short_text(fields, "reason"));
    MUSTER_TRY(fields.finish());
    result.not_run.push_back(std::move(check));
  }
  return {};
}

/// What follows from the findings must be what is said.
Result<void> read_conclusions(FieldReader& predicate, AttestationResult& result) {
  MUSTER_TRY_ASSIGN(result.verdict, named<ChipVerdict>(predicate, "verdict", 5, verdict_name));
  MUSTER_TRY_ASSIGN(const auto status, named<ResultStatus>(predicate, "status", 4, status_name));
  MUSTER_TRY_ASSIGN(FieldReader stated, inside(predicate, "claims"));
  for (std::size_t i = 0; i < claim_count; ++i) {
    MUSTER_TRY_ASSIGN(
        result.claims[i],
        named<ResultStatus>(stated, claim_name(static_cast<Claim>(i)), 4, status_name));
  }
  MUSTER_TRY(stated.finish());
  if (result.verdict != verdict_from(result.findings) || status != status_from(result.verdict)) {
    return wrong(predicate.path("verdict"), "not the one that follows from the findings");
  }
  if (result.claims != claims_from(result.findings, result.not_run)) {
    return wrong(predicate.path("claims"), "not those that follow from the findings");
  }
  return {};
}

Result<void> read_coverage(FieldReader& predicate, AttestationResult& result) {
  MUSTER_TRY_ASSIGN(FieldReader fields, inside(predicate, "coverage"));
  MUSTER_TRY_ASSIGN(result.coverage.entries, count_of(fields, "entries"));
  MUSTER_TRY_ASSIGN(result.coverage.snapshots, count_of(fields, "snapshots"));
  MUSTER_TRY_ASSIGN(result.coverage.due, count_of(fields, "due"));
  MUSTER_TRY_ASSIGN(result.coverage.powered_ms, count_of(fields, "powered_ms"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(result.unexplained_bytes, count_of(predicate, "unexplained_bytes"));
  return {};
}

Result<void> read_predicate(FieldReader& fields, AttestationResult& result) {
  MUSTER_TRY_ASSIGN(FieldReader verifier, inside(fields, "verifier"));
  MUSTER_TRY_ASSIGN(result.verifier, short_text(verifier, "id"));
  MUSTER_TRY_ASSIGN(result.build, short_text(verifier, "build"));
  MUSTER_TRY(verifier.finish());
  MUSTER_TRY_ASSIGN(result.policy.now, fields.time("at"));
  MUSTER_TRY_ASSIGN(FieldReader window, inside(fields, "window"));
  MUSTER_TRY_ASSIGN(result.window.from, window.time("from"));
  MUSTER_TRY_ASSIGN(result.window.to, window.time("to"));
  MUSTER_TRY(window.finish());
  MUSTER_TRY(read_policy(fields, result));
  MUSTER_TRY_ASSIGN(result.presence, named<Presence>(fields, "presence", 4, presence_name));
  MUSTER_TRY(read_evidence(fields, result));
  MUSTER_TRY(read_lists(fields, result));
  MUSTER_TRY(read_conclusions(fields, result));
  MUSTER_TRY(read_coverage(fields, result));
  return fields.finish();
}

/// The chip and its head's digest, from the one subject.
Result<std::pair<ChipId, std::optional<Hash>>> read_subject(const Json& list) {
  if (list.size() != 1) return wrong("statement.subject", "want one chip");
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(list[0], "statement.subject"));
  MUSTER_TRY_ASSIGN(const ChipId chip, fields.parsed<ChipId>("name"));
  MUSTER_TRY_ASSIGN(FieldReader digest, inside(fields, "digest"));
  std::optional<Hash> head;
  if (digest.has("ueid")) {
    MUSTER_TRY_ASSIGN(const std::string ueid, digest.text("ueid"));
    if (ueid != ueid_of(chip).to_hex()) {
      return wrong(digest.path("ueid"), "not the identity of the chip that is named");
    }
  } else {
    MUSTER_TRY_ASSIGN(head, digest.hash("sha256"));
  }
  MUSTER_TRY(digest.finish());
  MUSTER_TRY(fields.finish());
  return std::pair(chip, head);
}

}  // namespace

Result<AttestationResult> parse_result(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "statement"));
  MUSTER_TRY_ASSIGN(const std::string type, fields.text("_type"));
  if (type != statement_type) {
    return wrong("statement._type", "want " + std::string(statement_type));
  }
  MUSTER_TRY_ASSIGN(const std::string predicate_type, fields.text("predicateType"));
  if (predicate_type != result_predicate_type) {
    return wrong("statement.predicateType", "got \"" + predicate_type.substr(0, 80) + "\", want " +
                                                std::string(result_predicate_type));
  }
  MUSTER_TRY_ASSIGN(const Json* subject, fields.array("subject"));
  MUSTER_TRY_ASSIGN(const auto named_chip, read_subject(*subject));
  MUSTER_TRY_ASSIGN(FieldReader predicate, inside(fields, "predicate"));
  AttestationResult result{.chip = named_chip.first,
                           .verifier = {},
                           .build = {},
                           .policy = {.rate = SnapshotRate::parse("1").value(), .now = {}},
                           .window = {}};
  MUSTER_TRY(read_predicate(predicate, result));
  MUSTER_TRY(fields.finish());
  if (result.evidence.head != named_chip.second) {
    return wrong("statement.subject", "not the head that was judged");
  }
  if (encode_result(result) != text) {
    return wrong("statement", "not as this version writes what it says");
  }
  return result;
}

}  // namespace muster::attestation
