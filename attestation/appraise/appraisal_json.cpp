#include "attestation/appraise/appraise.hpp"

namespace muster::attestation {
namespace {

Json json_of(const Evidence& item) {
  Json json{{"what", item.what}, {"offset", nullptr}, {"entry", nullptr}, {"hex", item.hex}};
  if (item.offset) json["offset"] = *item.offset;
  if (item.entry) json["entry"] = item.entry->to_hex();
  return json;
}

Json json_of(const Finding& item) {
  Json list = Json::array();
  for (const Evidence& each : item.evidence) list.push_back(json_of(each));
  return {{"code", code_name(item.code)},
          {"severity", severity_name(item.severity)},
          {"expected", item.expected},
          {"found", item.found},
          {"evidence", std::move(list)}};
}

Json json_of(const AllowanceUse& use) {
  return {{"loaded", use.loaded},
          {"number", use.number},
          {"remaining_megacycles", use.remaining_megacycles},
          {"spent_megacycles", use.spent_megacycles}};
}

Json json_of(const ProvenDelay& item) {
  return {{"from", item.between.from},
          {"to", item.between.to},
          {"squarings", item.squarings},
          {"at_least_ms", item.at_least_ms},
          {"claimed_ms", item.claimed_ms}};
}

// How many findings of each code there were beyond those listed.
Json not_listed(const FindingList& findings) {
  Json json = Json::object();
  for (std::size_t i = 0; i < finding_codes; ++i) {
    const auto code = static_cast<FindingCode>(i);
    const std::uint64_t count = findings.count(code);
    if (count > max_findings_of_a_code) {
      json[std::string(code_name(code))] = count - max_findings_of_a_code;
    }
  }
  return json;
}

// Units of `bytes` * 1000 / `millibytes`, without overflow for any product of chips and bytes.
std::string parameter_count(std::uint64_t bytes, std::uint64_t chips, std::uint64_t millibytes) {
  const long double count = static_cast<long double>(bytes) * static_cast<long double>(chips) *
                            1000.0L / static_cast<long double>(millibytes);
  const long double rounded_down = count < 1e15L ? count : 1e15L;
  const std::string text = std::to_string(static_cast<std::uint64_t>(rounded_down));
  return count < 1e15L ? text : "more than " + text;
}

}  // namespace

std::string unexplained_statement(const Unexplained& unexplained, std::uint64_t chips) {
  if (unexplained.bytes == 0) return {};
  std::string text = std::to_string(unexplained.bytes) + " bytes per chip are not explained";
  if (unexplained.millibytes_per_parameter == 0) return text;
  return text + ": a model of up to " +
         parameter_count(unexplained.bytes, chips, unexplained.millibytes_per_parameter) +
         " parameters would fit on " + std::to_string(chips) + (chips == 1 ? " chip" : " chips");
}

std::string time_statement(const Coverage& coverage) {
  std::string gapped = "between two ledgered heads the time of a snapshot is the chip's own word";
  if (coverage.acknowledged == 0) return gapped;
  std::string text =
      std::to_string(coverage.acknowledged) + " of " + std::to_string(coverage.snapshots) +
      " snapshots, and all entries below them, were there when an acknowledger signed, by its word "
      "and clock; that they were not made long before, the chip's clock alone says";
  if (coverage.air_gapped > 0) text += "; for the air-gapped ones, " + gapped;
  return text;
}

Json appraisal_json(const Appraisal& appraisal) {
  Json findings = Json::array();
  for (const Finding& item : appraisal.findings.items()) findings.push_back(json_of(item));
  Json not_run = Json::array();
  for (const CheckNotRun& item : appraisal.not_run) {
    not_run.push_back({{"check", item.check}, {"reason", item.reason}});
  }
  Json delays = Json::array();
  for (const ProvenDelay& item : appraisal.delays) delays.push_back(json_of(item));
  return {{"chip", appraisal.chip.to_string()},
          {"verdict", verdict_name(appraisal.verdict)},
          {"findings", std::move(findings)},
          {"findings_not_listed", not_listed(appraisal.findings)},
          {"checks_not_run", std::move(not_run)},
          {"entries", appraisal.coverage.entries},
          {"snapshots", appraisal.coverage.snapshots},
          {"due", appraisal.coverage.due},
          {"powered_ms", appraisal.coverage.powered_ms},
          {"acknowledged", appraisal.coverage.acknowledged},
          {"air_gapped", appraisal.coverage.air_gapped},
          {"times", time_statement(appraisal.coverage)},
          {"unexplained_bytes", appraisal.unexplained.bytes},
          {"delays", std::move(delays)},
          {"elapsed_at_least_ms", appraisal.elapsed_at_least_ms},
          {"allowance", appraisal.allowance ? json_of(*appraisal.allowance) : Json(nullptr)},
          {"summary", appraisal.summary}};
}

}  // namespace muster::attestation
