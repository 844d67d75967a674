#include "cli/audit/presence_appraisal.hpp"

#include <algorithm>

#include "cli/audit/line_findings.hpp"
#include "cli/audit/presence_answer.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/alias.hpp"
#include "registry/attest_message.hpp"

namespace muster::cli {
namespace {

LineAppraisal blank(const Challenge& challenge, const Reading& reading) {
  return {"consistent",
          {},
          {{"chip", challenge.chip.to_string()},
           {"verdict", "consistent"},
           {"findings", Json::array()},
           {"not_run", Json::array()},
           {"presence", attestation::presence_name(reading.presence)},
           {"summary", "the device answered; what it computes was not looked at"}}};
}

LineAppraisal ended(LineAppraisal line, const std::string& verdict, const std::string& code,
                    const std::string& expected, const std::string& found) {
  add_finding({code, verdict == "open" ? "open" : "query", expected, found}, line);
  line.verdict = verdict;
  line.report["verdict"] = verdict;
  line.report["summary"] = "nothing shows that the chip of the register is there";
  return line;
}

/// Any of the names that the register has of the chip.
bool bears(const Enrolment& enrolled, const std::string& serial) {
  const auto readings = registry::alias_readings(serial);
  return std::ranges::any_of(readings, [&](const registry::AliasReading& reading) {
    return std::ranges::find(enrolled.names, reading.name.bytes) != enrolled.names.end();
  });
}

/// The name on the package, where it was read and the register has one to hold it against.
void judge_serial(const Enrolment& enrolled, const std::string& serial, LineAppraisal& line) {
  const char* const not_run = serial.empty()           ? "nobody read the package"
                              : enrolled.names.empty() ? "the register has no name of the chip"
                                                       : nullptr;
  if (not_run != nullptr) {
    line.report["not_run"].push_back({{"check", "serial number"}, {"reason", not_run}});
    return;
  }
  if (bears(enrolled, serial)) return;
  add_query("id.mismatch", "a name that the register has of the chip", "\"" + serial + "\"", line);
}

}  // namespace

std::string presence_message(const std::string& origin, const Challenge& challenge) {
  return registry::attest_message({.origin = origin,
                                   .chip = challenge.chip,
                                   .nonce = challenge.nonce,
                                   .after = challenge.opening,
                                   .firmware = {}});
}

LineAppraisal presence_appraisal(const ProverRecord& record, const Challenge& challenge,
                                 const Reading& reading, const std::optional<Bytes>& answer) {
  LineAppraisal line = blank(challenge, reading);
  if (!answer) {
    return ended(std::move(line), "not-presented", "not.presented", "an answer of the device",
                 "none");
  }
  const auto parsed = parse_presence_answer(*answer);
  if (!parsed) {
    return ended(std::move(line), "open", "evidence.unreadable", "a document of the answer",
                 parsed.error().message);
  }
  const auto known = record.enrolled.find(challenge.chip);
  if (known == record.enrolled.end() || known->second.device_key == Hash{}) {
    return ended(std::move(line), "open", "key.absent", "an enrolled device key",
                 "none in the register: it cannot tell this chip from another");
  }
  const Enrolment& enrolled = known->second;
  const Hash presented = crypto::sha256(ByteView(parsed->key.bytes()));
  if (presented != enrolled.device_key || parsed->chip != challenge.chip) {
    add_query("id.mismatch",
              "chip " + challenge.chip.to_string() + ", key " + enrolled.device_key.to_hex(),
              "chip " + parsed->chip.to_string() + ", key " + presented.to_hex(), line);
  } else if (!parsed->key.verifies(as_bytes(presence_message(reading.origin, challenge)),
                                   parsed->signature)) {
    add_query("sig.bad", "the device's signature over this line's challenge", "another", line);
  }
  judge_serial(enrolled, parsed->serial, line);
  if (reading.presence < attestation::Presence::uplink_cut) {
    add_query("presence.weak", "presence with the uplink cut, or on the own bench",
              std::string(attestation::presence_name(reading.presence)), line);
  }
  add_disputed(enrolled, line);
  return line;
}

}  // namespace muster::cli
