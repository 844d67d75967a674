#include "attestation/spdm/appraise.hpp"
#include "ledger/base/hex.hpp"

namespace muster::attestation::spdm {
namespace {

/// Foreign text as JSON may hold it: only printable ASCII stays, so that no dump can fail.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) shown += c >= 0x20 && c <= 0x7E ? c : '?';
  return shown;
}

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(printable(text));
}

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(time->to_string()) : Json(nullptr);
}

Json certificates_json(const Chain& chain) {
  Json list = Json::array();
  for (const CertificateFacts& facts : chain.certificates) {
    list.push_back({{"subject", printable(facts.subject)},
                    {"issuer", printable(facts.issuer)},
                    {"serial", facts.serial},
                    {"not_before", time_or_null(facts.not_before)},
                    {"not_after", time_or_null(facts.not_after)},
                    {"sha256", facts.fingerprint.to_hex()},
                    {"revocation", revocation_name(facts.revocation)}});
  }
  return list;
}

Json measurements_json(const Appraisal& appraisal) {
  Json list = Json::array();
  const auto& measurements = appraisal.exchange->response.measurements;
  const auto counts = measurement_counts(appraisal.opaque);
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const Measurement& measurement = measurements[i];
    const std::size_t place = measurement.index - std::size_t{1};  // counters begin at index 1
    const bool counted = counts && measurement.index > 0 && place < counts->size();
    list.push_back({{"index", measurement.index},
                    {"type", measurement.type},
                    {"raw", measurement.raw},
                    {"value", to_hex(measurement.value)},
                    {"counter", counted ? Json((*counts)[place]) : Json(nullptr)},
                    {"reference", match_name(appraisal.matches[i])}});
  }
  return list;
}

Json opaque_json(const Appraisal& appraisal) {
  Json list = Json::array();
  for (const OpaqueField& field : appraisal.opaque) {
    list.push_back(
        {{"id", field.id}, {"name", opaque_name(field.id)}, {"hex", to_hex(field.value)}});
  }
  return list;
}

Json report_json(const Appraisal& appraisal) {
  if (!appraisal.exchange) return nullptr;
  const Exchange& exchange = *appraisal.exchange;
  return {{"spdm_version", "1.1"},
          {"slot", exchange.request.slot},
          {"nonce", to_hex(exchange.request.nonce)},
          {"responder_nonce", to_hex(exchange.response.nonce)},
          {"driver_version", text_or_null(driver_version(appraisal.opaque))},
          {"vbios_version", text_or_null(vbios_version(appraisal.opaque))},
          {"measurements", measurements_json(appraisal)},
          {"opaque", opaque_json(appraisal)}};
}

}  // namespace

Json appraisal_json(const Appraisal& appraisal) {
  Json findings = Json::array();
  for (const Finding& item : appraisal.findings) {
    Finding shown = item;
    shown.expected = printable(item.expected);
    shown.found = printable(item.found);
    findings.push_back(finding_json(shown));
  }
  const auto& root = appraisal.chain.root;
  return {{"verdict", verdict_name(appraisal.verdict)},
          {"statement", appraisal.statement},
          {"findings", std::move(findings)},
          {"checks_not_run", appraisal.checks_not_run},
          {"architecture", text_or_null(appraisal.architecture)},
          {"device", text_or_null(appraisal.chain.device)},
          {"signature_verified", appraisal.signature_verified},
          {"chain_verified", appraisal.chain.verified},
          {"root", root ? Json(root->name) : Json(nullptr)},
          {"certificates", certificates_json(appraisal.chain)},
          {"report", report_json(appraisal)}};
}

}  // namespace muster::attestation::spdm
