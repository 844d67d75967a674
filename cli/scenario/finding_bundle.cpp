#include "cli/scenario/finding_bundle.hpp"

#include <algorithm>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/line_judge.hpp"
#include "cli/scenario/registry_world.hpp"
#include "ledger/base/hex.hpp"
#include "sampler/plan/draw_json.hpp"
#include "sampler/plan/draw_question.hpp"

namespace muster::cli::scenario {
namespace {

using sampler::NamedCheck;
using sampler::Question;

std::string signed_message(const Json& unsigned_json) {
  return std::string(finding_version) + "\n" + canonical_json(unsigned_json);
}

Result<crypto::Ed25519PublicKey> key_field(FieldReader& fields, std::string_view name) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, hex_field(fields, name));
  auto key = crypto::Ed25519PublicKey::from_bytes(bytes);
  if (!key) return failure(std::move(key.error()).during(fields.path(name)));
  return key;
}

/// A bundle, read.
struct Bundle {
  Json unsigned_json;
  Bytes signature;
  Register known;
  Filed filed;
  std::vector<attestation::Declaration> filed_late;
  sampler::CeremonyTranscript ceremony;
  sampler::Seal seal;
  sampler::SiteOpening site;
  Json evidence;
  std::string chip;
  std::string verdict;
  std::vector<std::string> codes;

  [[nodiscard]] const Declared& declared() const {
    return filed.declared ? *filed.declared : known.declared;
  }
};

Result<std::vector<std::string>> code_list(const Json& list) {
  std::vector<std::string> codes;
  for (const Json& code : list) {
    if (!code.is_string()) return failure(Errc::invalid_input, "finding.codes: want texts");
    codes.push_back(code.get<std::string>());
  }
  return codes;
}

Result<Bundle> parse_finding(std::string_view text, const sampler::VrfPublicKey& vrf_key) {
  MUSTER_TRY_ASSIGN(Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "finding"));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  if (version != finding_version) {
    return failure(Errc::invalid_input,
                   "finding.version: got " + version + ", want " + std::string(finding_version));
  }
  MUSTER_TRY_ASSIGN(Bytes signature, hex_field(fields, "signature"));
  // The one field that is not signed has one spelling.
  if (json.at("signature") != to_hex(signature)) {
    return failure(Errc::invalid_input, "finding.signature: want lower-case hex");
  }
  MUSTER_TRY_ASSIGN(const Json* opening, fields.object("opening"));
  MUSTER_TRY_ASSIGN(auto known, parse_register(*opening, vrf_key));
  MUSTER_TRY_ASSIGN(const Json* filings, fields.object("filings"));
  MUSTER_TRY_ASSIGN(auto filed, parse_filed(*filings, known));
  MUSTER_TRY_ASSIGN(const Json* late, fields.array("filed_late"));
  MUSTER_TRY_ASSIGN(auto filed_late, parse_declarations(*late));
  MUSTER_TRY_ASSIGN(const Json* transcript, fields.object("ceremony"));
  MUSTER_TRY_ASSIGN(auto ceremony, sampler::parse_ceremony(*transcript));
  MUSTER_TRY_ASSIGN(const Json* sealed, fields.object("seal"));
  MUSTER_TRY_ASSIGN(auto seal, sampler::parse_seal(*sealed));
  MUSTER_TRY_ASSIGN(const Json* opened, fields.object("site"));
  MUSTER_TRY_ASSIGN(auto site, sampler::parse_opening(*opened, "finding.site"));
  MUSTER_TRY_ASSIGN(const Json* evidence, fields.object("evidence"));
  MUSTER_TRY_ASSIGN(std::string chip, fields.text("chip"));
  MUSTER_TRY_ASSIGN(std::string verdict, fields.text("verdict"));
  MUSTER_TRY_ASSIGN(const Json* codes, fields.array("codes"));
  MUSTER_TRY_ASSIGN(auto code_texts, code_list(*codes));
  MUSTER_TRY(fields.finish());
  if (!known.device_keys.contains(chip)) {
    return failure(Errc::invalid_input, "finding.chip: got one that is not in the frame");
  }
  Json shown = *evidence;
  json.erase("signature");
  return Bundle{std::move(json),  std::move(signature),  std::move(known),
                std::move(filed), std::move(filed_late), std::move(ceremony),
                std::move(seal),  std::move(site),       std::move(shown),
                std::move(chip),  std::move(verdict),    std::move(code_texts)};
}

NamedCheck check_signature(const Bundle& bundle, const FindingKeys& keys) {
  Question question("the inspector signed the bundle as it is");
  crypto::Ed25519Signature signature{};
  const bool fits = bundle.signature.size() == signature.size();
  if (fits) std::ranges::copy(bundle.signature, signature.begin());
  const std::string message = signed_message(bundle.unsigned_json);
  if (!fits || !crypto::ed25519_verifies(keys.inspector, as_bytes(message), signature)) {
    question.fail("the signature is of another key, or of other bytes");
  }
  return question.answer();
}

/// The line's place in the draw, with the checks of the draw itself.
void check_draw(const Bundle& bundle, const sampler::Plan& plan, const sampler::BeaconValue& beacon,
                std::vector<NamedCheck>& checks) {
  Question of_plan("the ceremony is about the plan that follows from what was frozen");
  if (bundle.ceremony.plan != sampler::plan_hash(plan)) of_plan.fail("it names another plan");
  if (!beacon.verified) of_plan.fail(beacon.source);
  checks.push_back(of_plan.answer());
  const sampler::DrawEvidence evidence{{bundle.known.frame},
                                       beacon,
                                       bundle.seal,
                                       {bundle.site},
                                       audit_days(bundle.known.announced).frozen_at};
  for (NamedCheck& check : sampler::draw_checks(plan, evidence)) checks.push_back(std::move(check));
  Question drawn("the chip is one of the lines of its site");
  const auto is_chip = [&](const sampler::OpenedLine& item) {
    return item.line.chip == bundle.chip;
  };
  if (std::ranges::none_of(bundle.site.lines, is_chip)) drawn.fail("it was not drawn");
  checks.push_back(drawn.answer());
}

/// The appraisal made again.
Result<NamedCheck> check_appraisal(const Bundle& bundle, const sampler::BeaconValue& beacon) {
  const auto explains = index_of(bundle.declared().runs, bundle.filed_late);
  MUSTER_TRY_ASSIGN(const auto result,
                    line_verdict({&bundle.known, &bundle.filed, &explains, bundle.site.site,
                                  bundle.chip, line_nonce(bundle.chip, beacon.randomness)},
                                 bundle.evidence));
  Question question("what was presented comes to the verdict and findings that are stated");
  if (sampler::verdict_name(result.verdict) != bundle.verdict) {
    question.fail("it comes to " + std::string(sampler::verdict_name(result.verdict)));
  }
  if (result.codes != bundle.codes) question.fail("it comes to other findings");
  if (result.verdict == sampler::LineVerdict::consistent) question.fail("it is no finding at all");
  return question.answer();
}

}  // namespace

std::string_view FindingReview::by_word() const {
  if (verdict == sampler::verdict_name(sampler::LineVerdict::contradicted)) return "";
  if (verdict == sampler::verdict_name(sampler::LineVerdict::query)) {
    return "that the query was not answered in time";
  }
  return "that nothing was presented";
}

FindingKeys played_keys() {
  return {
      prover_signer().public_key(), auditor_signer().public_key(), auditor_vrf().public_key(),
      ledger::VerifierKey(std::string(register_origin), register_signer("operator").public_key())};
}

Json finding_keys_json(const FindingKeys& keys) {
  return {{"version", finding_keys_version},
          {"prover", to_hex(keys.prover.bytes())},
          {"inspector", to_hex(keys.inspector.bytes())},
          {"vrf", keys.vrf.text()},
          {"operator", keys.register_operator.to_string()}};
}

Result<FindingKeys> parse_finding_keys(const Json& json) {
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(json, "keys"));
  MUSTER_TRY_ASSIGN(const std::string version, fields.text("version"));
  MUSTER_TRY_ASSIGN(const auto prover, key_field(fields, "prover"));
  MUSTER_TRY_ASSIGN(const auto inspector, key_field(fields, "inspector"));
  MUSTER_TRY_ASSIGN(const auto vrf, fields.parsed<sampler::VrfPublicKey>("vrf"));
  MUSTER_TRY_ASSIGN(const auto register_operator, fields.parsed<ledger::VerifierKey>("operator"));
  MUSTER_TRY(fields.finish());
  if (version == finding_keys_version) {
    return FindingKeys{prover, inspector, vrf, register_operator};
  }
  return failure(Errc::invalid_input,
                 "keys.version: got " + version + ", want " + std::string(finding_keys_version));
}

std::string signed_finding(const FindingParts& parts, const crypto::Ed25519Signer& inspector) {
  Json json = {{"version", finding_version}, {"opening", parts.opening},
               {"filings", parts.filings},   {"filed_late", parts.filed_late},
               {"ceremony", parts.ceremony}, {"seal", parts.seal},
               {"site", parts.site},         {"evidence", parts.evidence},
               {"chip", parts.chip},         {"verdict", parts.verdict},
               {"codes", parts.codes}};
  json["signature"] = to_hex(inspector.sign(as_bytes(signed_message(json))));
  return canonical_json(json);
}

Result<FindingReview> reviewed_finding(std::string_view text, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(const Bundle bundle, parse_finding(text, keys.vrf));
  FindingReview review{bundle.chip, bundle.verdict, bundle.codes, {}};
  review.checks.push_back(check_signature(bundle, keys));
  const sampler::Plan plan =
      with_roots(bundle.known.plan,
                 {bundle.known.frame_root, bundle.filed.heads_root, bundle.declared().root});
  const auto beacon = sampler::ceremony_beacon(bundle.ceremony, sampler::plan_hash(plan),
                                               {keys.prover, keys.inspector});
  check_draw(bundle, plan, beacon, review.checks);
  MUSTER_TRY_ASSIGN(auto appraisal, check_appraisal(bundle, beacon));
  review.checks.push_back(std::move(appraisal));
  return review;
}

}  // namespace muster::cli::scenario
