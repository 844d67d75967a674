#include "cli/scenario/line_judge.hpp"

#include "attestation/appraise/appraise.hpp"
#include "attestation/device/emulated_chip.hpp"
#include "attestation/replay/emulated_fleet.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::scenario {
namespace {

const attestation::DeviceReference& accepted_firmware(const attestation::SnapshotRate& rate) {
  static const attestation::DeviceReference reference = [&] {
    const auto profile = attestation::emulated_profile(rate);
    return attestation::DeviceReference{
        "scenario", {}, {profile.firmware, attestation::updated_firmware()}, {profile.device_code}};
  }();
  return reference;
}

}  // namespace

Hash line_nonce(std::string_view chip, ByteView beacon_value) {
  return crypto::sha256({as_bytes(chip), beacon_value});
}

Result<sampler::LineResult> line_verdict(const JudgedLine& line, const Json& evidence) {
  sampler::LineResult result{line.site, line.chip, sampler::LineVerdict::open};
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(evidence, "evidence"));
  if (fields.has("refused")) return result;  // read by nobody, and open
  MUSTER_TRY_ASSIGN(const Bytes head, hex_field(fields, "head"));
  MUSTER_TRY_ASSIGN(const Bytes log, hex_field(fields, "log"));
  MUSTER_TRY_ASSIGN(const Bytes openings, hex_field(fields, "openings"));
  MUSTER_TRY(fields.finish());
  const Announced& announced = line.known->announced;
  const auto rate = attestation::SnapshotRate::parse(announced.snapshots_per_day).value();
  const Window window = announced.window();
  attestation::Subject subject{.chip = ChipId::parse(line.chip).value(),
                               .device_key = line.known->device_keys.at(line.chip),
                               .openings = openings,
                               .nonce = to_bytes(line.nonce.view()),
                               .declarations = line.explains,
                               .window = window,
                               .held = {{Timestamp{window.from.ms - 60 * ms_per_day},
                                         Timestamp{window.to.ms + 60 * ms_per_day}}},
                               .reference = &accepted_firmware(rate),
                               .presence = attestation::Presence::uplink_cut,
                               .policy = {.rate = rate, .now = audit_days(announced).read_at}};
  subject.policy.memory_bytes = line.known->memory_bytes;
  subject.policy.require_window_head = true;
  subject.policy.longest_head_gap_ms =
      2 * static_cast<std::int64_t>(announced.heads_every_days) * ms_per_day;
  if (!head.empty()) subject.head = ByteView(head);
  if (!log.empty()) subject.log = ByteView(log);
  for (const auto& [bytes, at] : line.filed->heads.of_chip.at(line.chip)) {
    subject.ledgered_heads.push_back({bytes, at});
  }
  const auto appraisal = attestation::appraise(subject);
  MUSTER_TRY_ASSIGN(result.verdict,
                    sampler::parse_verdict(attestation::verdict_name(appraisal.verdict)));
  for (const auto& item : appraisal.findings.items()) {
    if (item.severity > attestation::Severity::note) {
      result.codes.emplace_back(attestation::code_name(item.code));
    }
  }
  if (result.verdict != sampler::LineVerdict::not_presented) {
    result.presence = sampler::Presence::uplink_cut;
    result.silence_probes = true;
  }
  return result;
}

}  // namespace muster::cli::scenario
