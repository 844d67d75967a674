#include "sampler/beacon/beacons_file.hpp"

#include <algorithm>

#include "ledger/base/json_fields.hpp"

namespace muster::sampler {
namespace {

constexpr std::string_view beacons_version = "muster/beacons/v1";
constexpr std::size_t most_of_a_kind = 64;

Result<const Json*> some(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array(key));
  if (list->size() <= most_of_a_kind) return list;
  return failure(Errc::invalid_input,
                 fields.path(key) + ": more than " + std::to_string(most_of_a_kind));
}

Result<NistEvidence> pulse_from(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  MUSTER_TRY_ASSIGN(const Json* pulse_json, fields.object("pulse"));
  MUSTER_TRY_ASSIGN(NistPulse pulse, parse_nist_pulse(*pulse_json, fields.path("pulse")));
  std::optional<NistPulse> previous;
  MUSTER_TRY_ASSIGN(const Json* before, fields.any("previous"));
  if (!before->is_null()) {
    MUSTER_TRY_ASSIGN(previous, parse_nist_pulse(*before, fields.path("previous")));
  }
  MUSTER_TRY_ASSIGN(std::string pem, fields.text("certificate"));
  auto certificate = crypto::Certificate::from_pem(pem);
  if (!certificate) return failure(std::move(certificate.error()).during(where));
  MUSTER_TRY(fields.finish());
  return NistEvidence{std::move(pulse), std::move(previous), std::move(pem),
                      std::move(*certificate)};
}

RoundValue missing(const PublicRound& wanted) {
  RoundValue value{.round = wanted, .value = {}, .source = round_name(wanted)};
  value.faults.push_back(round_name(wanted) + ": the file of beacons has no value of it");
  return value;
}

RoundValue transcript_value(const CeremonyTranscript& transcript, const PublicRound& wanted,
                            const CeremonyContext& context) {
  RoundValue value{.round = wanted, .value = {}, .source = "ceremony outside the ledger"};
  value.value = to_bytes(ceremony_value(transcript).view());
  value.faults.emplace_back("ceremony: no keys of Prover and Verifier are known");
  for (const CeremonyKeys& keys : context.keys) {
    value.faults = ceremony_findings(transcript, context.plan, keys);
    if (value.faults.empty()) break;
  }
  return value;
}

/// Its own findings; where it stands among the other entries is for `order_findings`.
RoundValue in_ledger_value(const LedgerCeremony& ceremony, const PublicRound& wanted) {
  BeaconValue beacon = ledger_beacon(ceremony);
  RoundValue value{.round = wanted, .value = {}, .source = std::move(beacon.source)};
  value.value = std::move(beacon.randomness);
  value.faults = part_findings(ceremony);
  return value;
}

RoundValue value_of(const PublicRound& wanted, const BeaconsFile& file,
                    const CeremonyContext& context) {
  if (wanted.kind == "nist-v2" && !file.pulses.empty()) {
    const auto same = std::find_if(
        file.pulses.begin(), file.pulses.end(),
        [&](const NistEvidence& item) { return item.pulse.time == round_time(wanted); });
    return nist_value(same == file.pulses.end() ? file.pulses.front() : *same, wanted);
  }
  if (wanted.kind == "drand-quicknet" && !file.drand_rounds.empty()) {
    const auto same =
        std::find_if(file.drand_rounds.begin(), file.drand_rounds.end(),
                     [&](const DrandRound& item) { return item.round == wanted.round; });
    return drand_value(same == file.drand_rounds.end() ? file.drand_rounds.front() : *same, wanted);
  }
  if (wanted.kind == "ceremony" && context.in_ledger != nullptr) {
    return in_ledger_value(*context.in_ledger, wanted);
  }
  if (wanted.kind == "ceremony" && !file.ceremonies.empty()) {
    return transcript_value(file.ceremonies.front(), wanted, context);
  }
  return missing(wanted);
}

}  // namespace

bool is_beacons_file(const Json& json) {
  return json.is_object() && json.contains("version") && json.at("version") == beacons_version;
}

Result<BeaconsFile> parse_beacons(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "beacons"));
  MUSTER_TRY_ASSIGN(const std::string stated, fields.text("version"));
  if (stated != beacons_version) {
    return failure(Errc::invalid_input, "beacons.version: got \"" + stated.substr(0, 40) +
                                            "\", want " + std::string(beacons_version));
  }
  BeaconsFile file;
  MUSTER_TRY_ASSIGN(const Json* pulses, some(fields, "nist"));
  for (std::size_t i = 0; i < pulses->size(); ++i) {
    MUSTER_TRY_ASSIGN(auto item,
                      pulse_from((*pulses)[i], "beacons.nist[" + std::to_string(i) + "]"));
    file.pulses.push_back(std::move(item));
  }
  MUSTER_TRY_ASSIGN(const Json* rounds, some(fields, "drand"));
  for (std::size_t i = 0; i < rounds->size(); ++i) {
    MUSTER_TRY_ASSIGN(auto item,
                      parse_drand_round((*rounds)[i], "beacons.drand[" + std::to_string(i) + "]"));
    file.drand_rounds.push_back(item);
  }
  MUSTER_TRY_ASSIGN(const Json* ceremonies, some(fields, "ceremony"));
  for (const Json& item : *ceremonies) {
    MUSTER_TRY_ASSIGN(auto transcript, parse_ceremony(item));
    file.ceremonies.push_back(std::move(transcript));
  }
  MUSTER_TRY(fields.finish());
  return file;
}

Json beacons_json(const BeaconsFile& file) {
  Json pulses = Json::array();
  for (const NistEvidence& item : file.pulses) {
    pulses.push_back(Json{{"pulse", nist_pulse_json(item.pulse)},
                          {"previous", item.previous ? nist_pulse_json(*item.previous) : Json()},
                          {"certificate", item.certificate_pem}});
  }
  Json rounds = Json::array();
  for (const DrandRound& item : file.drand_rounds) rounds.push_back(drand_round_json(item));
  Json ceremonies = Json::array();
  for (const auto& item : file.ceremonies) ceremonies.push_back(ceremony_json(item));
  return Json{{"version", beacons_version},
              {"nist", std::move(pulses)},
              {"drand", std::move(rounds)},
              {"ceremony", std::move(ceremonies)}};
}

std::vector<RoundValue> round_values(const std::vector<PublicRound>& wanted,
                                     const BeaconsFile& file, const CeremonyContext& ceremony) {
  std::vector<RoundValue> values;
  values.reserve(wanted.size());
  for (const PublicRound& round : wanted) values.push_back(value_of(round, file, ceremony));
  return values;
}

}  // namespace muster::sampler
