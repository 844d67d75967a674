#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "attestation/spdm/appraise.hpp"
#include "attestation/spdm/dice.hpp"
#include "attestation/spdm/pem.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

namespace muster::attestation::spdm {

/// The text of a file in tests/vectors/attestation/spdm.
inline std::string vector_text(const std::string& file) {
  return test::must(read_text_file(std::filesystem::path(muster::test::source_root) /
                                   "tests/vectors/attestation/spdm" / file));
}

/// A policy under which the good vectors are consistent.
inline ChainPolicy good_chain_policy() {
  ChainPolicy policy;
  policy.at = test::must(Timestamp::parse("2026-07-01T00:00:00Z"));
  policy.roots.push_back(test::must(trusted_root(vector_text("root.pem"))));
  policy.lists = test::must(revocation_lists(as_bytes(vector_text("revoked_none.pem"))));
  return policy;
}

inline ReportPolicy good_report_policy() {
  ReportPolicy policy;
  policy.nonce.emplace();
  for (std::size_t i = 0; i < nonce_bytes; ++i) {
    (*policy.nonce)[i] = static_cast<std::uint8_t>(100 + i);
  }
  policy.device = "MUSTER:GHTEST:0000000000000001";
  policy.reference = test::must(parse_reference(vector_text("reference.json")));
  return policy;
}

inline Evidence evidence_of(const std::string& report, const std::string& chain) {
  return test::must(read_evidence(vector_text(report), vector_text(chain))).front();
}

inline bool has(const std::vector<Finding>& findings, FindingCode code) {
  return std::ranges::find(findings, code, &Finding::code) != findings.end();
}

/// The stable names of the findings, in order, joined by spaces.
inline std::string codes_of(const std::vector<Finding>& findings) {
  std::string joined;
  for (const Finding& finding : findings) {
    joined += (joined.empty() ? "" : " ") + std::string(code_name(finding.code));
  }
  return joined;
}

}  // namespace muster::attestation::spdm
