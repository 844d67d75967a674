#include <algorithm>

#include "attestation/appraise/examination.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

// One epoch that the next one closed.
struct ClosedEpoch {
  const LoggedEpoch* begin;
  const LoggedEpoch* end;

  [[nodiscard]] std::string text() const { return "epoch " + std::to_string(begin->epoch); }
};

CounterRange counters(const Examination& exam, const ClosedEpoch& epoch) {
  return {exam.log.points[epoch.begin->point].counter, exam.log.points[epoch.end->point].counter};
}

Finding about(const Examination& exam, const ClosedEpoch& epoch, FindingCode code,
              std::string expected, std::string found) {
  Finding made = finding(code, std::move(expected), std::move(found));
  made.evidence.push_back(evidence_of(exam.log.points[epoch.begin->point], exam.log_bytes()));
  made.evidence.push_back(evidence_of(exam.log.points[epoch.end->point], exam.log_bytes()));
  made.stated_by = counters(exam, epoch);
  return made;
}

bool is_whole(const Examination& exam, const ClosedEpoch& epoch) {
  const auto& points = exam.log.points;
  for (std::size_t i = epoch.begin->point + 1; i <= epoch.end->point; ++i) {
    if (!points[i].linked || points[i].counter != points[i - 1].counter + 1) return false;
  }
  return true;
}

// The secret, if it was opened and is the one committed to.
std::optional<Hash> secret_of(Examination& exam, const ClosedEpoch& epoch) {
  const auto& opened = epoch.end->body.opened;
  if (!opened) {
    exam.add(about(exam, epoch, FindingCode::epoch_secret, "the secret of " + epoch.text(),
                   "an epoch closed without opening it"));
    return std::nullopt;
  }
  const Hash commitment = crypto::sha256(opened->view());
  if (commitment == epoch.begin->body.commitment) return opened;
  Finding made = about(exam, epoch, FindingCode::epoch_secret,
                       "a secret with digest " + epoch.begin->body.commitment.to_hex(),
                       "one with digest " + commitment.to_hex());
  made.severity = Severity::query;
  exam.add(std::move(made));
  return std::nullopt;
}

void check_ledgered(Examination& exam, const ClosedEpoch& epoch) {
  if (!exam.subject->policy.require_ledgered_epochs) return;
  const LogPoint& record = exam.log.points[epoch.begin->point];
  const auto latest =
      static_cast<std::int64_t>(epoch.begin->clock_ms) + exam.subject->policy.ledger_grace_ms;
  const bool ledgered = std::ranges::any_of(exam.ledgered, [&](const VerifiedHead& item) {
    return item.head.entry == record.hash && item.accepted_at.ms <= latest;
  });
  if (ledgered) return;
  Finding made = about(
      exam, epoch, FindingCode::epoch_unledgered,
      "a ledgered head over the record of " + epoch.text() + " by " + Timestamp{latest}.to_string(),
      "none");
  made.stated_by.reset();
  exam.add(std::move(made));
}

bool lost_power_at(const Examination& exam, std::uint64_t instant) {
  return std::ranges::any_of(exam.log.offs, [instant](const LoggedOff& off) {
    return instant > off.powered_from_ms && instant < off.powered_to_ms;
  });
}

// Evidence may claim any powered time; what the check costs is bounded by what a chip can live.
bool is_within_a_life(Examination& exam, const ClosedEpoch& epoch) {
  const std::uint64_t from = epoch.begin->powered_ms;
  const std::uint64_t to = epoch.end->powered_ms;
  const std::uint64_t sum = exam.result.coverage.powered_ms + (to > from ? to - from : 0);
  if (sum <= max_powered_ms) return true;
  exam.add(about(exam, epoch, FindingCode::evidence_unreadable,
                 "at most " + std::to_string(max_powered_ms) + " ms of powered time",
                 std::to_string(sum) + " ms up to the end of " + epoch.text()));
  exam.not_run("count.missing", epoch.text() + " claims more powered time than is judged");
  return false;
}

void check_due(Examination& exam, const ClosedEpoch& epoch, const Hash& secret) {
  const SnapshotLaw law(secret, exam.subject->policy.rate);
  const auto due = law.due(epoch.begin->powered_ms, epoch.end->powered_ms);
  const auto& all = exam.log.snapshots;
  auto snapshot = std::ranges::lower_bound(all, epoch.begin->point, {}, &LoggedSnapshot::point);
  const auto end = std::ranges::lower_bound(all, epoch.end->point, {}, &LoggedSnapshot::point);
  const auto unscheduled = [&](const LoggedSnapshot& extra) {
    exam.add(about(exam, epoch, FindingCode::count_unscheduled, "snapshots at due instants alone",
                   "a snapshot at powered time " + std::to_string(extra.powered_ms)));
  };
  for (const std::uint64_t instant : due) {
    while (snapshot != end && snapshot->powered_ms < instant) unscheduled(*snapshot++);
    const bool there = snapshot != end && snapshot->powered_ms < instant + ms_per_powered_minute;
    if (there) {
      ++snapshot;
    } else if (!lost_power_at(exam, instant)) {
      exam.add(about(exam, epoch, FindingCode::count_missing,
                     "a snapshot at powered time " + std::to_string(instant) + " ms", "none"));
    }
  }
  while (snapshot != end) unscheduled(*snapshot++);
  exam.result.coverage.due += due.size();
  if (epoch.end->powered_ms > epoch.begin->powered_ms) {
    exam.result.coverage.powered_ms += epoch.end->powered_ms - epoch.begin->powered_ms;
  }
}

void check_epoch(Examination& exam, const ClosedEpoch& epoch) {
  check_ledgered(exam, epoch);
  const auto secret = secret_of(exam, epoch);
  if (epoch.begin->body.rate != exam.subject->policy.rate) {
    exam.add(about(exam, epoch, FindingCode::epoch_rate,
                   exam.subject->policy.rate.to_string() + " snapshots a day",
                   epoch.begin->body.rate.to_string()));
    exam.not_run("count.missing", epoch.text() + " has another rate than the policy");
  } else if (!is_whole(exam, epoch)) {
    exam.not_run("count.missing", epoch.text() + " has a broken chain");
  } else if (secret && is_within_a_life(exam, epoch)) {
    check_due(exam, epoch, *secret);
  }
}

// The newest epoch must be the one that the read-out began: an older one is not closed, and its
// snapshots cannot be counted.
void check_last(Examination& exam) {
  const auto& epochs = exam.log.epochs;
  if (!exam.seal.sealed_point) return;
  if (!epochs.empty() && epochs.back().point >= *exam.seal.sealed_point) return;
  exam.add(finding(FindingCode::epoch_secret, "a read-out that closes the epoch",
                   "a head over an entry inside it: its secret is not open"));
}

}  // namespace

void check_epochs(Examination& exam) {
  const auto& epochs = exam.log.epochs;
  for (std::size_t i = 0; i + 1 < epochs.size(); ++i) {
    const ClosedEpoch epoch{&epochs[i], &epochs[i + 1]};
    if (!exam.is_sealed(epoch.end->point)) continue;
    if (epoch.end->epoch != epoch.begin->epoch + 1) continue;  // reported as a gap or as disorder
    if (exam.judged_between(epoch.begin->clock_ms, epoch.end->clock_ms)) check_epoch(exam, epoch);
  }
  check_last(exam);
  const bool beheaded = !exam.log.points.empty() && (epochs.empty() || epochs.front().point > 0);
  if (exam.log.points.empty()) exam.not_run("log", "it has no entries");
  if (beheaded) exam.not_run("count.missing", "the first epoch's record is not in the log");
}

}  // namespace muster::attestation
