#include "attestation/device/log_checker.hpp"

namespace muster::attestation {

struct LogChecker::Step {
  const Entry* before;
  const Entry* entry;
  const LogPoint* last_point;
  LogPoint point;
};

namespace {

std::string text(std::uint64_t value) { return std::to_string(value); }

bool is_boot(const Entry& entry) { return std::holds_alternative<BootBody>(entry.body); }
bool is_power_off(const Entry& entry) { return std::holds_alternative<PowerOffBody>(entry.body); }
bool begins_epoch(const Entry& entry) { return std::holds_alternative<EpochBody>(entry.body); }

}  // namespace

void LogChecker::note(const Step& step, FindingCode code, std::string expected, std::string found) {
  Finding made = finding(code, std::move(expected), std::move(found));
  made.evidence.push_back(evidence_of(*step.last_point, bytes_));
  made.evidence.push_back(evidence_of(step.point, bytes_));
  if (step.point.linked) made.stated_by = CounterRange{step.before->counter, step.entry->counter};
  log_->findings.add(std::move(made));
}

void LogChecker::check_link(const Step& step, LogPoint& point) {
  const std::uint64_t expected = step.before->counter + 1 + unreadable_since_;
  const std::uint64_t counter = step.entry->counter;
  point.linked = step.entry->previous == step.last_point->hash;
  Step judged = step;
  judged.point.linked = point.linked;
  if (counter != expected && (point.linked || counter > expected)) {
    note(judged, FindingCode::chain_gap, "counter " + text(expected), "counter " + text(counter));
  } else if (!point.linked) {
    note(judged, FindingCode::chain_break, "previous " + step.last_point->hash.to_hex(),
         "previous " + step.entry->previous.to_hex() + " at counter " + text(counter));
  }
}

void LogChecker::check_epoch(const Step& step) {
  const std::uint64_t expected = step.before->epoch + (begins_epoch(*step.entry) ? 1 : 0);
  if (step.entry->epoch != expected) {
    note(step, FindingCode::epoch_order, "epoch " + text(expected),
         "epoch " + text(step.entry->epoch) + " at counter " + text(step.entry->counter));
  }
}

void LogChecker::check_clocks(const Step& step) {
  const Entry& before = *step.before;
  const Entry& entry = *step.entry;
  // A new epoch may set the chip's clock; powered time never falls.
  const bool clock_fell = entry.clock_ms < before.clock_ms && entry.epoch == before.epoch;
  if (clock_fell || entry.powered_ms < before.powered_ms) {
    note(step, FindingCode::clock_backwards,
         "clock from " + text(before.clock_ms) + ", powered from " + text(before.powered_ms),
         "clock " + text(entry.clock_ms) + ", powered " + text(entry.powered_ms) + " at counter " +
             text(entry.counter));
  }
}

void LogChecker::check_power(const Step& step) {
  const Entry& before = *step.before;
  const Entry& entry = *step.entry;
  if (entry.clock_ms < before.clock_ms || entry.powered_ms < before.powered_ms) return;
  const std::uint64_t clock = entry.clock_ms - before.clock_ms;
  const std::uint64_t powered = entry.powered_ms - before.powered_ms;
  if (is_boot(entry) && is_power_off(before)) {
    log_->offs.push_back({before.clock_ms, entry.clock_ms, before.powered_ms, entry.powered_ms});
    if (powered <= power_slack_ms) return;
    note(step, FindingCode::power_unlogged, "powered time that stands still while off",
         text(powered) + " ms more at the boot, counter " + text(entry.counter));
    return;
  }
  const std::uint64_t apart = clock > powered ? clock - powered : powered - clock;
  if (apart > power_slack_ms + clock / power_slack_divisor) {
    note(step, FindingCode::power_unlogged, "powered time that runs with the clock",
         "clock " + text(clock) + " ms on, powered time " + text(powered) +
             " ms on, no power-off between, at counter " + text(entry.counter));
  }
}

void LogChecker::readable(LogPoint point, const Entry& entry) {
  if (before_) {
    Step step{&*before_, &entry, &log_->points.back(), point};
    check_link(step, point);
    step.point.linked = point.linked;
    // Across a hole the entry before is another than the one that was written before.
    if (point.linked) {
      check_epoch(step);
      check_clocks(step);
      check_power(step);
    }
    if (entry.ueid != before_->ueid) {
      note(step, FindingCode::id_mismatch, "an entry of chip " + before_->ueid.to_hex(),
           "an entry of chip " + entry.ueid.to_hex());
    }
  }
  log_->points.push_back(point);
  keep(log_->points.back(), entry);
  before_ = entry;
  unreadable_since_ = 0;
}

void LogChecker::unreadable(LogPoint point) {
  log_->points.push_back(point);
  ++unreadable_since_;
}

void LogChecker::keep(const LogPoint&, const Entry& entry) {
  const std::size_t place = log_->points.size() - 1;
  if (!log_->first) log_->first = entry;
  auto& firmwares = log_->firmwares;
  if (firmwares.empty() || firmwares.back().firmware != entry.firmware) {
    firmwares.push_back({place, entry.clock_ms, entry.firmware});
  }
  if (const auto* snapshot = std::get_if<SnapshotBody>(&entry.body)) {
    log_->snapshots.push_back({place, entry.clock_ms, entry.powered_ms, *snapshot});
  } else if (const auto* epoch = std::get_if<EpochBody>(&entry.body)) {
    log_->epochs.push_back({place, entry.epoch, entry.clock_ms, entry.powered_ms, *epoch});
  } else if (const auto* wrapped = std::get_if<WrappedBody>(&entry.body)) {
    log_->wrapped.push_back(*wrapped);
  } else if (const auto* run = std::get_if<Precommitment>(&entry.body)) {
    log_->precommitments.push_back({place, entry.clock_ms, *run});
  } else if (const auto* delay = std::get_if<DelayBody>(&entry.body)) {
    log_->delays.push_back({place, entry.clock_ms, entry.powered_ms, *delay});
  } else if (const auto* allowance = std::get_if<AllowanceBody>(&entry.body)) {
    log_->allowances.push_back({place, entry.clock_ms, *allowance});
  }
}

}  // namespace muster::attestation
