#include "attestation/spdm/appraise.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"

namespace muster::attestation::spdm {
namespace {

using Nonce = std::array<std::uint8_t, nonce_bytes>;

struct ArchitectureName {
  std::string_view claimed;
  std::string_view product;  // how the product in the certificate's device name begins
};
constexpr std::array<ArchitectureName, 2> architectures = {{
    {"HOPPER", "GH"},
    {"BLACKWELL", "GB"},
}};

/// The middle of "maker:product:serial".
std::string_view product_of(std::string_view device) {
  const std::size_t first = device.find(':');
  if (first == std::string_view::npos) return {};
  const std::string_view rest = device.substr(first + 1);
  return rest.substr(0, rest.find(':'));
}

/// One report on its way to a judgement.
class Judge final {
 public:
  Judge(const Evidence& evidence, const ReportPolicy& policy, Appraisal& result)
      : evidence_(evidence), policy_(policy), result_(result) {}

  void judge() {
    for (const std::string& problem : evidence_.problems) {
      add(FindingCode::unreadable, "readable evidence", problem, "file");
    }
    check_architecture();
    check_device();
    if (!read()) return;
    check_signature();
    check_nonce();
    check_firmware_id();
    check_measurements();
  }

 private:
  bool read() {
    auto exchange = parse_exchange(evidence_.report);
    if (!exchange) {
      add(FindingCode::unreadable, "a measurement report of SPDM 1.1", exchange.error().message,
          "report");
      for (const char* check : {"signature", "nonce", "firmware id", "measurements"}) {
        result_.checks_not_run.push_back(std::string(check) + ": the report cannot be read");
      }
      return false;
    }
    result_.exchange = std::move(exchange).value();
    auto fields = parse_opaque(result_.exchange->response.opaque);
    if (!fields) {
      add(FindingCode::unreadable, "opaque data of fields", fields.error().message, "opaque data");
      return true;
    }
    result_.opaque = std::move(fields).value();
    const auto counts = measurement_counts(result_.opaque);
    if (!counts) {
      add(FindingCode::unreadable, "counters of four bytes", counts.error().message, "opaque data");
    }
    return true;
  }

  void check_architecture() {
    if (evidence_.architecture.empty()) return;  // a bare report claims none
    const auto known =
        std::ranges::find(architectures, evidence_.architecture, &ArchitectureName::claimed);
    if (known == architectures.end()) {
      add(FindingCode::architecture_mismatch, "HOPPER or BLACKWELL", evidence_.architecture,
          "file");
    } else if (!product_of(result_.chain.device).starts_with(known->product)) {
      add(FindingCode::architecture_mismatch, "a product of " + evidence_.architecture,
          result_.chain.device, "certificate 0");
    }
  }

  void check_device() {
    if (!policy_.device || *policy_.device == result_.chain.device) return;
    add(FindingCode::device_mismatch, *policy_.device,
        result_.chain.device.empty() ? "no device name" : result_.chain.device, "certificate 0");
  }

  void check_signature() {
    if (!result_.chain.leaf_key) {
      result_.checks_not_run.emplace_back("signature: the chain gives no P-384 key");
      return;
    }
    const ByteView report = evidence_.report;
    const ByteView covered = report.first(result_.exchange->signed_size);
    result_.signature_verified = crypto::ecdsa_verifies(*result_.chain.leaf_key, covered,
                                                        result_.exchange->response.signature);
    if (result_.signature_verified) return;
    add(FindingCode::signature_bad, "a signature by the key of certificate 0 over the exchange",
        "it does not verify", "report");
  }

  void check_nonce() {
    const Nonce& asked = result_.exchange->request.nonce;
    const auto claimed = bytes_from_hex(evidence_.nonce_hex);
    const bool claims = !evidence_.nonce_hex.empty() && claimed && claimed->size() == nonce_bytes;
    if (claims && !std::ranges::equal(*claimed, asked)) {
      add(FindingCode::nonce_mismatch, "the nonce that the file names, " + to_hex(*claimed),
          to_hex(asked), "report");
    }
    if (!policy_.nonce) {
      add(FindingCode::nonce_unknown, "the nonce that the inspector asked with",
          "none was given, so the report may be of any age", "report");
    } else if (*policy_.nonce != asked) {
      add(FindingCode::nonce_mismatch, to_hex(*policy_.nonce), to_hex(asked), "report");
    }
  }

  void check_firmware_id() {
    const auto reported = opaque_value(result_.opaque, opaque_id::firmware_id);
    const auto& certified = result_.chain.firmware_digests;
    if (!reported || !certified || certified->empty()) {
      add(FindingCode::firmware_id_missing, "a firmware id in report and certificate",
          !reported ? "none in the report" : "none in the certificate", "report");
      return;
    }
    const bool named = std::ranges::any_of(
        *certified, [&](const Bytes& digest) { return std::ranges::equal(digest, *reported); });
    if (named) return;
    Finding made = finding(FindingCode::firmware_id_mismatch, to_hex(certified->front()),
                           to_hex(*reported), "report");
    // Only what certified keys signed can contradict itself.
    if (!result_.signature_verified || !result_.chain.verified) made.severity = Severity::query;
    result_.findings.push_back(std::move(made));
  }

  void check_measurements() {
    const auto& measurements = result_.exchange->response.measurements;
    if (!policy_.reference) {
      result_.matches.assign(measurements.size(), Match::unlisted);
      add(FindingCode::reference_missing, "reference values for this firmware",
          "none, so nobody can tell whether the " + std::to_string(measurements.size()) +
              " measurements are good",
          "report");
      return;
    }
    for (const Measurement& measurement : measurements) {
      result_.matches.push_back(check_measurement(measurement, *policy_.reference));
    }
    for (const auto& [index, values] : policy_.reference->allowed) {
      if (std::ranges::find(measurements, index, &Measurement::index) != measurements.end()) {
        continue;
      }
      add(FindingCode::measurement_missing, "a measurement", "none",
          "measurement " + std::to_string(index));
    }
  }

  Match check_measurement(const Measurement& measurement, const ReferenceValues& reference) {
    if (reference.ignored.contains(measurement.index)) return Match::ignored;
    const std::string where = "measurement " + std::to_string(measurement.index);
    const auto listed = reference.allowed.find(measurement.index);
    if (listed == reference.allowed.end()) {
      add(FindingCode::measurement_unlisted, "a reference value", "none", where);
      return Match::unlisted;
    }
    const bool equal = std::ranges::find(listed->second, measurement.value) != listed->second.end();
    if (equal) return Match::equal;
    add(FindingCode::measurement_mismatch, to_hex(listed->second.front()),
        to_hex(measurement.value), where);
    return Match::different;
  }

  void add(FindingCode code, std::string expected, std::string found, std::string where) {
    result_.findings.push_back(
        finding(code, std::move(expected), std::move(found), std::move(where)));
  }

  const Evidence& evidence_;
  const ReportPolicy& policy_;
  Appraisal& result_;
};

Verdict verdict_of(const std::vector<Finding>& findings) {
  Severity worst = Severity::note;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  switch (worst) {
    case Severity::note:
      return Verdict::consistent;
    case Severity::open:
      return Verdict::open;
    case Severity::query:
      return Verdict::query;
    case Severity::contradiction:
      return Verdict::contradicted;
  }
  return Verdict::open;
}

std::string statement_of(const Appraisal& result) {
  if (!result.signature_verified) return "not shown to be signed by the key of the certificate";
  if (!result.chain.verified) return "signed by a key whose certificates do not hold";
  if (!result.chain.root) {
    return "signed by a key that the holder of an unknown root certified; "
           "the key may have left the chip";
  }
  return "signed by a key that the maker certified; the key may have left the chip";
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  static constexpr std::array<std::string_view, 4> names = {"consistent", "open", "query",
                                                            "contradicted"};
  return names[static_cast<std::size_t>(verdict)];
}

std::string_view match_name(Match match) {
  static constexpr std::array<std::string_view, 4> names = {"equal", "different", "ignored",
                                                            "unlisted"};
  return names[static_cast<std::size_t>(match)];
}

Appraisal appraise(const Evidence& evidence, Chain chain, const ReportPolicy& policy) {
  Appraisal result;
  result.architecture = evidence.architecture;
  result.findings = chain.findings;
  result.chain = std::move(chain);
  Judge(evidence, policy, result).judge();
  result.verdict = verdict_of(result.findings);
  result.statement = statement_of(result);
  return result;
}

}  // namespace muster::attestation::spdm
