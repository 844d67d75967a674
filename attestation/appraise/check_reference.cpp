#include <set>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

/// Holds what ran against the reference values; each digest is told of once.
class ReferenceCheck final {
 public:
  ReferenceCheck(Examination& exam, const DeviceReference& reference)
      : exam_(&exam), reference_(&reference) {}

  void check_firmware() {
    if (reference_->firmware.empty()) {
      exam_->not_run("fw.unknown", "the reference values list no firmware");
    }
    const auto& stretches = exam_->log.firmwares;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      if (!exam_->is_sealed(stretches[i].point)) continue;
      const bool last = i + 1 == stretches.size();
      const std::uint64_t end = last ? end_of_log() : stretches[i + 1].clock_ms;
      judge_firmware(stretches[i], end);
    }
    // What the head says runs now, in or outside the window.
    if (exam_->head) {
      const Head& head = exam_->head->head;
      judge({head.firmware, reference_->firmware, FindingCode::fw_unknown, FindingCode::fw_revoked,
             "firmware"},
            head.clock_ms, evidence("head", *exam_->subject->head));
    }
  }

  void check_device_code() {
    if (reference_->device_code.empty()) {
      exam_->not_run("code.unknown", "the reference values list no device code");
    }
    for (const LoggedSnapshot& snapshot : exam_->log.snapshots) {
      if (!exam_->is_sealed(snapshot.point) || !exam_->judged_at(snapshot.clock_ms)) continue;
      judge({snapshot.body.device_code, reference_->device_code, FindingCode::code_unknown,
             FindingCode::code_revoked, "device code"},
            snapshot.clock_ms, evidence_of(exam_->log.points[snapshot.point], exam_->log_bytes()));
    }
  }

 private:
  struct Digest {
    const Hash& value;
    const std::set<Hash>& accepted;
    FindingCode unknown;
    FindingCode revoked;
    std::string what;
  };

  [[nodiscard]] std::uint64_t end_of_log() const {
    return exam_->log.last ? exam_->log.last->clock_ms + 1 : 0;
  }

  void judge_firmware(const LoggedFirmware& stretch, std::uint64_t end) {
    if (!exam_->judged_between(stretch.clock_ms, std::max(end, stretch.clock_ms + 1))) return;
    const auto last = static_cast<std::uint64_t>(std::max<std::int64_t>(
        0, std::min(static_cast<std::int64_t>(end), exam_->subject->window.to.ms) - 1));
    judge({stretch.firmware, reference_->firmware, FindingCode::fw_unknown, FindingCode::fw_revoked,
           "firmware"},
          std::max(stretch.clock_ms, last),
          evidence_of(exam_->log.points[stretch.point], exam_->log_bytes()));
  }

  /// `used_ms`: the last instant at which the digest was in use, as far as it is judged.
  void judge(const Digest& digest, std::uint64_t used_ms, Evidence where) {
    if (!digest.accepted.empty() && !digest.accepted.contains(digest.value)) {
      add(digest.unknown, digest, "one of " + std::to_string(digest.accepted.size()) + " accepted",
          "another", std::move(where));
      return;
    }
    const auto found = reference_->revoked.find(digest.value);
    if (found == reference_->revoked.end()) return;
    if (static_cast<std::int64_t>(used_ms) < found->second.since.ms) return;
    const Timestamp used{static_cast<std::int64_t>(used_ms)};
    add(digest.revoked, digest, "none revoked on " + found->second.since.to_string(),
        "in use at " + used.to_string() + " (" + found->second.reason + ")", std::move(where));
  }

  void add(FindingCode code, const Digest& digest, const std::string& expected,
           const std::string& found, Evidence where) {
    if (!told_.emplace(code, digest.value).second) return;
    Finding made = finding(code, digest.what + ": " + expected,
                           digest.what + " " + digest.value.to_hex() + ": " + found);
    made.evidence.push_back(std::move(where));
    exam_->add(std::move(made));
  }

  Examination* exam_;
  const DeviceReference* reference_;
  std::set<std::pair<FindingCode, Hash>> told_;
};

}  // namespace

void check_reference(Examination& exam) {
  const DeviceReference* reference = exam.subject->reference;
  if (reference == nullptr) {
    exam.not_run("fw.unknown, code.unknown", "no reference values were given");
    return;
  }
  ReferenceCheck check(exam, *reference);
  check.check_firmware();
  check.check_device_code();
}

}  // namespace muster::attestation
