#include "tests/attestation/spdm/vectors.hpp"

namespace muster::attestation::spdm {
namespace {

using test::must;

Chain chain_of(const std::string& file) {
  return judged_chain(vector_text(file), good_chain_policy());
}

Appraisal appraised(const std::string& report, const std::string& chain) {
  return appraise(evidence_of(report, chain), chain_of(chain), good_report_policy());
}

}  // namespace

TEST_CASE("good evidence with everything to judge it by is consistent, and says what it shows") {
  const Appraisal result = appraised("report.hex", "chain.pem");

  CHECK(codes_of(result.findings).empty());
  CHECK(result.verdict == Verdict::consistent);
  CHECK(result.signature_verified);
  CHECK(result.chain.verified);
  CHECK(result.chain.device == "MUSTER:GHTEST:0000000000000001");
  CHECK(result.statement ==
        "signed by a key that the maker certified; the key may have left the chip");
  CHECK(result.matches == std::vector<Match>{Match::equal, Match::equal, Match::ignored});
}

TEST_CASE("the JSON of an attestation tool is judged like the report in it") {
  const auto items = must(read_evidence(vector_text("evidence.json")));
  REQUIRE(items.size() == 1);
  const Appraisal result = appraise(items[0], judged_chain(items[0].chain_pem, good_chain_policy()),
                                    good_report_policy());
  CHECK(codes_of(result.findings).empty());
}

TEST_CASE("what is missing to judge by keeps the verdict open") {
  const Evidence evidence = evidence_of("report.hex", "chain.pem");
  ChainPolicy bare;
  bare.at = good_chain_policy().at;
  const Appraisal result = appraise(evidence, judged_chain(evidence.chain_pem, bare), {});

  CHECK(codes_of(result.findings) ==
        "spdm.revocation_unknown spdm.revocation_unknown spdm.root_unknown spdm.nonce_unknown "
        "spdm.reference_missing");
  CHECK(result.verdict == Verdict::open);
  CHECK(result.statement ==
        "signed by a key that the holder of an unknown root certified; the key may have left the "
        "chip");
  bare.revocation_required = false;
  bare.roots = good_chain_policy().roots;
  const Appraisal lenient =
      appraise(evidence, judged_chain(evidence.chain_pem, bare), good_report_policy());
  CHECK(lenient.verdict == Verdict::consistent);
  CHECK(has(lenient.findings, FindingCode::revocation_unknown));
}

TEST_CASE("expired, early and revoked certificates are told apart") {
  const auto codes = [](const std::string& chain) { return codes_of(chain_of(chain).findings); };
  CHECK(codes("chain_expired.pem") == "spdm.certificate_expired");
  CHECK(codes("chain_early.pem") == "spdm.certificate_early");
  ChainPolicy policy = good_chain_policy();
  policy.lists = must(revocation_lists(as_bytes(vector_text("revoked_leaf.pem"))));
  const Chain revoked = judged_chain(vector_text("chain.pem"), policy);
  CHECK(codes_of(revoked.findings) == "spdm.certificate_revoked");
  CHECK(revoked.findings[0].found == "revoked on 2026-03-01T00:00:00.000Z");
  CHECK(revoked.certificates[0].revocation == Revocation::revoked);
  CHECK(revoked.certificates[1].revocation == Revocation::not_revoked);
  policy.lists = must(revocation_lists(as_bytes(vector_text("revoked_out_of_date.pem"))));
  const Chain unknown = judged_chain(vector_text("chain.pem"), policy);
  CHECK(codes_of(unknown.findings) == "spdm.revocation_unknown spdm.revocation_unknown");
  CHECK(unknown.findings[0].found == "one that is out of date");
}

TEST_CASE("a chain that breaks a rule of RFC 5280 is not verified") {
  const auto broken = [](const std::string& file) {
    const Chain chain = chain_of(file);
    CHECK_FALSE(chain.verified);
    for (const Finding& finding : chain.findings) {
      if (finding.code == FindingCode::chain_rule) return finding.where + ": " + finding.expected;
    }
    return codes_of(chain.findings);
  };
  CHECK(broken("chain_not_authority.pem") == "certificate 1: an authority");
  CHECK(broken("chain_critical_extension.pem") ==
        "certificate 1: no critical extension but key usage and basic constraints");
  CHECK(broken("chain_too_long.pem") == "certificate 2: at most 0 authorities below");
  CHECK(broken("chain_leaf_may_not_sign.pem") == "certificate 0: a key that may sign data");
}

TEST_CASE("certificates in another order, missing or too many break the chain") {
  const auto blocks = must(parse_pem(vector_text("chain.pem"), "CERTIFICATE"));
  const std::string text = vector_text("chain.pem");
  const std::size_t second = text.find("-----BEGIN", 5);
  const std::size_t third = text.find("-----BEGIN", second + 5);
  const std::string leaf = text.substr(0, second);
  const std::string middle = text.substr(second, third - second);
  const std::string root = text.substr(third);
  REQUIRE(blocks.size() == 3);
  const ChainPolicy policy = good_chain_policy();
  for (const std::string& wrong :
       {leaf + root, middle + root, leaf + middle, leaf, leaf + root + middle,
        leaf + middle + root + root, leaf + leaf + middle + root, root}) {
    const Chain chain = judged_chain(wrong, policy);
    CHECK_FALSE((chain.verified && chain.root));
    CHECK_FALSE(chain.findings.empty());
  }
}

TEST_CASE("another nonce, device or architecture is a query") {
  const Evidence evidence = evidence_of("report.hex", "chain.pem");
  ReportPolicy policy = good_report_policy();
  policy.nonce->at(0) ^= 1U;
  CHECK(codes_of(appraise(evidence, chain_of("chain.pem"), policy).findings) ==
        "spdm.nonce_mismatch");
  policy = good_report_policy();
  policy.device = "MUSTER:GHTEST:0000000000000002";
  CHECK(codes_of(appraise(evidence, chain_of("chain.pem"), policy).findings) ==
        "spdm.device_mismatch");
  Evidence claimed = evidence;
  claimed.architecture = "BLACKWELL";
  claimed.nonce_hex = std::string(64, '0');
  const Appraisal result = appraise(claimed, chain_of("chain.pem"), good_report_policy());
  CHECK(codes_of(result.findings) == "spdm.architecture_mismatch spdm.nonce_mismatch");
  CHECK(result.verdict == Verdict::query);
}

TEST_CASE(
    "report and certificate, both signed, that name different firmware contradict each other") {
  const Appraisal result = appraised("report_other_firmware.hex", "chain.pem");
  CHECK(codes_of(result.findings) == "spdm.firmware_id_mismatch");
  CHECK(result.verdict == Verdict::contradicted);
  CHECK(appraised("report.hex", "chain_tagged_tcb_info.pem").verdict == Verdict::consistent);
}

TEST_CASE("measurements are compared one by one") {
  const Evidence evidence = evidence_of("report.hex", "chain.pem");
  ReportPolicy policy = good_report_policy();
  policy.reference->allowed[2] = {Bytes(48, 0x99)};
  policy.reference->allowed[9] = {Bytes(48, 0x99)};
  policy.reference->ignored.clear();
  const Appraisal result = appraise(evidence, chain_of("chain.pem"), policy);
  CHECK(codes_of(result.findings) ==
        "spdm.measurement_mismatch spdm.measurement_unlisted spdm.measurement_missing");
  CHECK(result.matches == std::vector<Match>{Match::equal, Match::different, Match::unlisted});
  CHECK(result.verdict == Verdict::query);
}

TEST_CASE("every bit flipped in a report is found") {
  const Evidence good = evidence_of("report.hex", "chain.pem");
  const ReportPolicy policy = good_report_policy();
  const Chain chain = chain_of("chain.pem");
  for (std::size_t at = 0; at < good.report.size(); ++at) {
    Evidence changed = good;
    changed.report[at] ^= static_cast<std::uint8_t>(1U << (at % 8));
    const Appraisal result = appraise(changed, chain, policy);
    CHECK_MESSAGE(result.verdict != Verdict::consistent, "byte ", at);
    CHECK_FALSE(result.signature_verified);
  }
}

TEST_CASE("every byte changed in a chain is found") {
  const std::string good = vector_text("chain.pem");
  ChainPolicy policy = good_chain_policy();
  policy.lists.clear();  // they take time, and nothing here depends on them
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 7)));
    const Chain chain = judged_chain(changed, policy);
    CHECK_MESSAGE(!(chain.verified && chain.root), "byte ", at);
  }
}

TEST_CASE("evidence cut anywhere is named, and never crashes or passes") {
  const Evidence good = evidence_of("report.hex", "chain.pem");
  const ReportPolicy policy = good_report_policy();
  const Chain chain = chain_of("chain.pem");
  for (std::size_t size = 0; size < good.report.size(); ++size) {
    Evidence cut = good;
    cut.report.resize(size);
    const Appraisal result = appraise(cut, chain, policy);
    CHECK(codes_of(result.findings) == "spdm.unreadable");
    CHECK(result.verdict == Verdict::open);
    CHECK(result.checks_not_run.size() == 4);
  }
  const std::string pem = vector_text("chain.pem");
  for (std::size_t size = 0; size + 1 < pem.size(); ++size) {
    CHECK_FALSE(judged_chain(pem.substr(0, size), good_chain_policy()).findings.empty());
  }
}

TEST_CASE("bytes changed in a file of evidence are refused or named, wherever they stand") {
  const std::string good = vector_text("evidence.json");
  const std::size_t chain_begin = good.find("LS0t");  // what it encodes is tested above
  const std::size_t chain_end = good.find('"', chain_begin);
  const ReportPolicy policy = good_report_policy();
  const ChainPolicy chain_policy = good_chain_policy();
  std::size_t unchanged_values = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    if (at > chain_begin && at < chain_end && at % 16 != 0) continue;
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto items = read_evidence(changed);
    if (!items) continue;
    const Evidence& item = items->front();
    const Appraisal result = appraise(item, judged_chain(item.chain_pem, chain_policy), policy);
    unchanged_values += result.findings.empty() ? 1 : 0;
  }
  CHECK(unchanged_values == 0);
}

TEST_CASE("the JSON of a result has every field, for good and for unreadable evidence") {
  const Json good = appraisal_json(appraised("report.hex", "chain.pem"));
  CHECK(good["verdict"] == "consistent");
  CHECK(good["report"]["measurements"].size() == 3);
  CHECK(good["report"]["measurements"][1]["counter"] == 2);
  CHECK(good["report"]["vbios_version"] == "96.00.74.00.20");
  CHECK(good["certificates"][2]["revocation"] == "root");
  CHECK_FALSE(parse_json(good.dump()).has_value() == false);
  Evidence hostile = evidence_of("report.hex", "chain.pem");
  hostile.report.clear();
  hostile.architecture = "\xff\x1b[2J";
  const Json bad = appraisal_json(appraise(hostile, judged_chain("\xff", good_chain_policy()), {}));
  CHECK(bad["verdict"] == "query");
  CHECK(bad["report"].is_null());
  CHECK(bad["device"].is_null());
  CHECK(parse_json(bad.dump()).has_value());
  for (const auto& [key, value] : good.items()) CHECK(bad.contains(key));
}

}  // namespace muster::attestation::spdm
