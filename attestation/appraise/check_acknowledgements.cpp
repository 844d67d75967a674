#include <algorithm>

#include "attestation/appraise/examination.hpp"
#include "attestation/device/acknowledgement.hpp"

namespace muster::attestation {
namespace {

// One epoch with its snapshots: those from `first` on, before `end`.
struct LivedEpoch {
  const LoggedEpoch* record;
  std::span<const LoggedSnapshot> snapshots;

  [[nodiscard]] std::string text() const { return "epoch " + std::to_string(record->epoch); }
};

class AcknowledgementCheck final {
 public:
  explicit AcknowledgementCheck(Examination& exam)
      : exam_(&exam), presented_(acknowledgements_in(exam.subject->acknowledgements)) {}

  void check(const LivedEpoch& epoch) {
    const auto judged = [this](const LoggedSnapshot& snapshot) {
      return exam_->is_sealed(snapshot.point) && exam_->judged_at(snapshot.clock_ms);
    };
    const auto count = std::ranges::count_if(epoch.snapshots, judged);
    const bool required = exam_->subject->policy.require_acknowledged;
    const auto& name = epoch.record->body.acknowledger;
    if (!name) {
      exam_->result.coverage.air_gapped += static_cast<std::uint64_t>(count);
      if (count > 0 && required) add_absent(epoch, "air-gapped mode");
      return;
    }
    const crypto::PublicKey* key = key_named(*name);
    if (count > 0 && key == nullptr && required) {
      add_absent(epoch, "one by an acknowledger of digest " + name->to_hex());
    } else if (count > 0 && key == nullptr) {
      exam_->not_run("ack.missing, ack.time",
                     epoch.text() + ": no key of the acknowledger " + name->to_hex());
    }
    if (key == nullptr) return;
    for (const LoggedSnapshot& snapshot : epoch.snapshots) {
      if (judged(snapshot)) check_snapshot(snapshot, *key);
    }
  }

 private:
  [[nodiscard]] const crypto::PublicKey* key_named(const Hash& name) const {
    const auto& keys = exam_->subject->acknowledgers;
    const auto found = std::ranges::find(keys, name, acknowledger_name);
    return found == keys.end() ? nullptr : &*found;
  }

  void add_absent(const LivedEpoch& epoch, std::string found) {
    Finding made = finding(FindingCode::ack_absent,
                           "acknowledged mode in " + epoch.text() + ", by one of the plan's keys",
                           std::move(found));
    made.evidence.push_back(
        evidence_of(exam_->log.points[epoch.record->point], exam_->log_bytes()));
    exam_->add(std::move(made));
  }

  void add(FindingCode code, const LoggedSnapshot& snapshot, std::string expected,
           std::string found, const PresentedAcknowledgement* item) {
    Finding made = finding(code, std::move(expected), std::move(found));
    made.evidence.push_back(evidence_of(exam_->log.points[snapshot.point], exam_->log_bytes()));
    if (item != nullptr) made.evidence.push_back(evidence("acknowledgement", item->bytes));
    exam_->add(std::move(made));
  }

  // Those of the chip for one counter, at most a few: evidence may repeat one for ever, and each
  // costs a signature check.
  [[nodiscard]] const PresentedAcknowledgement* verified(const LogPoint& point, bool of_this_entry,
                                                         const crypto::PublicKey& key) const {
    constexpr int most_tries = 4;
    int tries = 0;
    const auto counter_of = [](const PresentedAcknowledgement& at) { return at.claims.counter; };
    const auto& items = presented_.items;
    for (auto at = std::ranges::lower_bound(items, point.counter, {}, counter_of);
         at != items.end() && at->claims.counter == point.counter; ++at) {
      const PresentedAcknowledgement& item = *at;
      const bool names_it = item.claims.entry == point.hash;
      if (item.claims.ueid != ueid_of(exam_->subject->chip) || names_it != of_this_entry) continue;
      if (++tries > most_tries) break;
      if (sign1_verifies(item.message, key)) return &item;
    }
    return nullptr;
  }

  void check_snapshot(const LoggedSnapshot& snapshot, const crypto::PublicKey& key) {
    const LogPoint& point = exam_->log.points[snapshot.point];
    const PresentedAcknowledgement* own = verified(point, true, key);
    if (own != nullptr) return check_time(snapshot, *own);
    const PresentedAcknowledgement* other = verified(point, false, key);
    add(FindingCode::ack_missing, snapshot,
        "an acknowledgement of the snapshot at counter " + std::to_string(point.counter),
        other == nullptr ? "none that its acknowledger signed"
                         : "one of another entry: " + other->claims.entry.to_hex(),
        other);
  }

  void check_time(const LoggedSnapshot& snapshot, const PresentedAcknowledgement& item) {
    const AppraisalPolicy& policy = exam_->subject->policy;
    const auto after = static_cast<std::int64_t>(item.claims.time_ms) -
                       static_cast<std::int64_t>(snapshot.clock_ms);
    const std::int64_t latest = policy.acknowledge_within_ms + policy.clock_tolerance_ms;
    if (after >= -policy.clock_tolerance_ms && after <= latest) {
      ++exam_->result.coverage.acknowledged;
      return;
    }
    add(FindingCode::ack_time, snapshot,
        "an acknowledgement from " + std::to_string(-policy.clock_tolerance_ms) + " to " +
            std::to_string(latest) + " ms after the snapshot by the chip's clock",
        std::to_string(after) + " ms after it", &item);
  }

  Examination* exam_;
  PresentedAcknowledgements presented_;
};

}  // namespace

void check_acknowledgements(Examination& exam) {
  AcknowledgementCheck check(exam);
  const auto& epochs = exam.log.epochs;
  const std::span<const LoggedSnapshot> all(exam.log.snapshots);
  const auto place = [&](std::size_t point) {
    return static_cast<std::size_t>(
        std::ranges::lower_bound(all, point, {}, &LoggedSnapshot::point) - all.begin());
  };
  const Subject& subject = *exam.subject;
  const bool asked = subject.policy.require_acknowledged || !subject.acknowledgers.empty();
  if (asked && !all.empty() && (epochs.empty() || all.front().point < epochs.front().point)) {
    exam.not_run("ack.missing, ack.time, ack.absent", "the first epoch's record is not in the log");
  }
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    const std::size_t from = place(epochs[i].point);
    const std::size_t to = i + 1 < epochs.size() ? place(epochs[i + 1].point) : all.size();
    check.check({&epochs[i], all.subspan(from, to - from)});
  }
}

}  // namespace muster::attestation
