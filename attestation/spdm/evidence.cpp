#include "attestation/spdm/evidence.hpp"

#include <algorithm>

#include "attestation/spdm/message.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"

namespace muster::attestation::spdm {
namespace {

constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool is_hex_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

/// The text of field `key`, or nothing and a problem.
std::string text_field(const Json& object, const char* key, std::vector<std::string>& problems) {
  const auto found = object.find(key);
  if (found != object.end() && found->is_string()) return found->get<std::string>();
  problems.push_back(std::string(key) + ": want a text");
  return {};
}

Bytes base64_field(const Json& object, const char* key, std::vector<std::string>& problems) {
  const std::string text = text_field(object, key, problems);
  if (text.empty()) return {};
  auto bytes = bytes_from_base64(text);
  if (bytes) return std::move(bytes).value();
  problems.push_back(std::string(key) + ": " + bytes.error().message);
  return {};
}

Evidence evidence_from_object(const Json& object) {
  Evidence evidence;
  if (!object.is_object()) {
    evidence.problems.emplace_back("item: want an object");
    return evidence;
  }
  for (const auto& [key, value] : object.items()) {
    const bool known = key == "arch" || key == "certificate" || key == "evidence" || key == "nonce";
    if (!known) evidence.problems.push_back("field \"" + key.substr(0, 40) + "\": not known");
  }
  evidence.architecture = text_field(object, "arch", evidence.problems);
  evidence.report = base64_field(object, "evidence", evidence.problems);
  const Bytes chain = base64_field(object, "certificate", evidence.problems);
  evidence.chain_pem = std::string(as_text(chain));
  evidence.nonce_hex = text_field(object, "nonce", evidence.problems);
  const bool nonce_reads =
      evidence.nonce_hex.size() == 2 * nonce_bytes && is_hex_text(evidence.nonce_hex);
  if (!nonce_reads) evidence.problems.emplace_back("nonce: want 64 hex digits");
  return evidence;
}

std::vector<Evidence> evidence_from_json(std::string_view text) {
  const auto unreadable = [](std::string problem) {
    Evidence evidence;
    evidence.problems.push_back(std::move(problem));
    return std::vector<Evidence>{std::move(evidence)};
  };
  const auto json = parse_foreign_json(text);
  if (!json) return unreadable(json.error().message);
  if (json->is_object()) return {evidence_from_object(*json)};
  if (json->empty()) return unreadable("array: got no report");
  if (json->size() > max_reports) return unreadable("array: more than 4096 reports");
  std::vector<Evidence> items;
  for (const Json& object : *json) items.push_back(evidence_from_object(object));
  return items;
}

Evidence evidence_from_hex(std::string_view digits, std::string_view chain_pem) {
  Evidence evidence;
  evidence.chain_pem = std::string(chain_pem);
  if (chain_pem.empty()) evidence.problems.emplace_back("certificate: none was given");
  auto bytes = bytes_from_hex(digits);
  if (bytes) {
    evidence.report = std::move(bytes).value();
  } else {
    evidence.problems.push_back("report: " + bytes.error().message);
  }
  return evidence;
}

}  // namespace

Result<std::vector<Evidence>> read_evidence(std::string_view text, std::string_view chain_pem) {
  const std::string_view content = trimmed(text);
  if (text.size() <= max_evidence_file_bytes) {
    if (content.starts_with('{') || content.starts_with('[')) return evidence_from_json(content);
    if (is_hex_text(content)) return std::vector<Evidence>{evidence_from_hex(content, chain_pem)};
  }
  return failure(Errc::invalid_input,
                 "evidence: want the JSON of an SPDM attestation tool, or a report in hex digits");
}

}  // namespace muster::attestation::spdm
