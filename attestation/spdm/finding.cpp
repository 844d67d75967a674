#include "attestation/spdm/finding.hpp"

#include <array>

#include "ledger/base/hex.hpp"

namespace muster::attestation::spdm {
namespace {

struct CodeFacts {
  std::string_view name;
  Severity severity;
};

// In the order of FindingCode. Names stand in results and reports: frozen.
constexpr std::array<CodeFacts, finding_codes> facts = {{
    {"spdm.unreadable", Severity::open},
    {"spdm.signature_bad", Severity::query},
    {"spdm.chain_broken", Severity::query},
    {"spdm.chain_rule", Severity::query},
    {"spdm.certificate_early", Severity::query},
    {"spdm.certificate_expired", Severity::query},
    {"spdm.certificate_revoked", Severity::query},
    {"spdm.revocation_unknown", Severity::open},
    {"spdm.root_unknown", Severity::open},
    {"spdm.nonce_unknown", Severity::open},
    {"spdm.nonce_mismatch", Severity::query},
    {"spdm.device_mismatch", Severity::query},
    {"spdm.architecture_mismatch", Severity::query},
    {"spdm.firmware_id_mismatch", Severity::contradiction},
    {"spdm.firmware_id_missing", Severity::note},
    {"spdm.reference_missing", Severity::open},
    {"spdm.measurement_unlisted", Severity::open},
    {"spdm.measurement_missing", Severity::query},
    {"spdm.measurement_mismatch", Severity::query},
}};
static_assert(static_cast<std::size_t>(FindingCode::measurement_mismatch) + 1 == finding_codes);

}  // namespace

std::string_view code_name(FindingCode code) { return facts[static_cast<std::size_t>(code)].name; }

Severity severity_of(FindingCode code) { return facts[static_cast<std::size_t>(code)].severity; }

std::string_view severity_name(Severity severity) {
  static constexpr std::array<std::string_view, 4> names = {"note", "open", "query",
                                                            "contradiction"};
  return names[static_cast<std::size_t>(severity)];
}

Finding finding(FindingCode code, std::string expected, std::string found, std::string where) {
  return {code, severity_of(code), std::move(expected), std::move(found), std::move(where)};
}

Json finding_json(const Finding& finding) {
  Json evidence = Json::array();
  if (!finding.where.empty() || !finding.bytes.empty()) {
    evidence.push_back({{"what", finding.where}, {"hex", to_hex(finding.bytes)}});
  }
  return {{"code", code_name(finding.code)},
          {"severity", severity_name(finding.severity)},
          {"expected", finding.expected},
          {"found", finding.found},
          {"evidence", std::move(evidence)}};
}

}  // namespace muster::attestation::spdm
