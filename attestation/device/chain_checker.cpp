#include "attestation/device/chain_checker.hpp"

namespace muster::attestation {

struct ChainChecker::Step {
  const Standing* before;
  const Entry* entry;
  const LogPoint* point;
  const ItemBytes* bytes;
};

namespace {

std::string text(std::uint64_t value) { return std::to_string(value); }

bool is_boot(const Entry& entry) { return std::holds_alternative<BootBody>(entry.body); }
bool is_power_off(const Entry& entry) { return std::holds_alternative<PowerOffBody>(entry.body); }
bool begins_epoch(const Entry& entry) { return std::holds_alternative<EpochBody>(entry.body); }

}  // namespace

void ChainChecker::note(const Step& step, FindingCode code, std::string expected,
                        std::string found) {
  Finding made = finding(code, std::move(expected), std::move(found));
  made.evidence.push_back(item_evidence(last_, step.bytes->before));
  made.evidence.push_back(item_evidence(*step.point, step.bytes->here));
  if (step.point->linked) made.stated_by = CounterRange{step.before->counter, step.entry->counter};
  findings_->add(std::move(made));
}

void ChainChecker::check_link(const Step& step) {
  const std::uint64_t expected = step.before->counter + 1 + unreadable_since_;
  const std::uint64_t counter = step.entry->counter;
  const bool linked = step.point->linked;
  if (counter != expected && (linked || counter > expected)) {
    note(step, FindingCode::chain_gap, "counter " + text(expected), "counter " + text(counter));
  } else if (!linked) {
    note(step, FindingCode::chain_break, "previous " + last_.hash.to_hex(),
         "previous " + step.entry->previous.to_hex() + " at counter " + text(counter));
  }
}

void ChainChecker::check_epoch(const Step& step) {
  const std::uint64_t expected = step.before->epoch + (begins_epoch(*step.entry) ? 1 : 0);
  if (step.entry->epoch != expected) {
    note(step, FindingCode::epoch_order, "epoch " + text(expected),
         "epoch " + text(step.entry->epoch) + " at counter " + text(step.entry->counter));
  }
}

void ChainChecker::check_clocks(const Step& step) {
  const Standing& before = *step.before;
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

void ChainChecker::check_power(const Step& step) {
  const Standing& before = *step.before;
  const Entry& entry = *step.entry;
  if (entry.clock_ms < before.clock_ms || entry.powered_ms < before.powered_ms) return;
  const std::uint64_t clock = entry.clock_ms - before.clock_ms;
  const std::uint64_t powered = entry.powered_ms - before.powered_ms;
  if (is_boot(entry) && before.powers_off) {
    if (offs_ != nullptr) {
      offs_->push_back({before.clock_ms, entry.clock_ms, before.powered_ms, entry.powered_ms});
    }
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

// Whether nothing at all contradicts the entry before: so it is with nearly all entries, and the
// checks below, which say what does, are made for the others.
bool ChainChecker::follows(const LogPoint& point, const Entry& entry) const {
  if (!point.linked || unreadable_since_ > 0) return false;
  const Standing& before = before_;
  if (entry.counter != before.counter + 1 || entry.ueid != before.ueid) return false;
  if (entry.epoch != before.epoch || begins_epoch(entry) || is_boot(entry)) return false;
  if (entry.clock_ms < before.clock_ms || entry.powered_ms < before.powered_ms) return false;
  const std::uint64_t clock = entry.clock_ms - before.clock_ms;
  const std::uint64_t powered = entry.powered_ms - before.powered_ms;
  return clock - powered + power_slack_ms <= 2 * power_slack_ms;
}

void ChainChecker::judge(LogPoint& point, const Entry& entry, const ItemBytes& bytes) {
  const Step step{&before_, &entry, &point, &bytes};
  check_link(step);
  // Across a hole the entry before is another than the one that was written before.
  if (point.linked) {
    check_epoch(step);
    check_clocks(step);
    check_power(step);
  }
  if (entry.ueid != before_.ueid) {
    note(step, FindingCode::id_mismatch, "an entry of chip " + before_.ueid.to_hex(),
         "an entry of chip " + entry.ueid.to_hex());
  }
}

void ChainChecker::readable(LogPoint& point, const Entry& entry, const ItemBytes& bytes) {
  if (has_before_) {
    point.linked = entry.previous == last_.hash;
    if (!follows(point, entry)) judge(point, entry, bytes);
  }
  last_ = point;
  has_before_ = true;
  before_ = {entry.ueid,     entry.epoch,      entry.counter,
             entry.clock_ms, entry.powered_ms, is_power_off(entry)};
  unreadable_since_ = 0;
}

void ChainChecker::unreadable(const LogPoint& point) {
  last_ = point;
  ++unreadable_since_;
}

}  // namespace muster::attestation
