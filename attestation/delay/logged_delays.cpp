#include "attestation/delay/logged_delays.hpp"

#include <algorithm>
#include <map>

namespace muster::attestation {
namespace {

std::string ms_text(std::uint64_t ms) { return std::to_string(ms) + " ms"; }

// The entries that a log's delays began with: clocks by counter.
struct DelayStart {
  Hash hash;
  std::uint64_t clock_ms;
  std::uint64_t powered_ms;
};

class DelayJudge final {
 public:
  DelayJudge(const DeviceLog& log, ByteView bytes, const DelayPolicy& policy,
             std::uint64_t tolerance_ms)
      : log_(&log), bytes_(bytes), policy_(&policy), tolerance_ms_(tolerance_ms) {}

  void judge(const LoggedDelay& delay) {
    const LogPoint& own = log_->points[delay.point];
    if (delay.body.modulus != policy_->modulus.digest()) {
      add(FindingCode::delay_modulus, own, "modulus " + policy_->modulus.digest().to_hex(),
          "a proof under modulus " + delay.body.modulus.to_hex());
      return;
    }
    if (delay.body.since >= own.counter) {
      add(FindingCode::delay_bad, own, "a beginning before counter " + std::to_string(own.counter),
          "counter " + std::to_string(delay.body.since));
      return;
    }
    const auto beginning = start_of(delay.body.since);
    if (!beginning) {
      ++result_.without_beginning;
      return;
    }
    if (result_.proven.size() + bad_ >= max_judged_delays) {
      ++result_.not_judged;
      return;
    }
    const crypto::DelayTask task{beginning->hash, delay.body.squarings};
    if (!crypto::delay_verifies(policy_->modulus, task, delay.body.proof)) {
      ++bad_;
      add(FindingCode::delay_bad, own,
          "a proof of " + std::to_string(task.squarings) + " squarings from entry " +
              task.input.to_hex(),
          "one that does not verify, at counter " + std::to_string(own.counter));
      return;
    }
    keep(delay, own, *beginning);
  }

  [[nodiscard]] LoggedDelays result() {
    result_.at_least_ms = most_in_a_row();
    return std::move(result_);
  }

 private:
  // Entries are read again: a log keeps no clocks of all of them.
  [[nodiscard]] std::optional<DelayStart> start_of(std::uint64_t counter) const {
    const LogPoint* point = log_->at_counter(counter);
    if (point == nullptr) return std::nullopt;
    CborReader reader(bytes_.subspan(point->offset, point->size));
    const auto entry = entry_from(reader);
    if (!entry) return std::nullopt;
    return DelayStart{point->hash, entry->clock_ms, entry->powered_ms};
  }

  void keep(const LoggedDelay& delay, const LogPoint& own, const DelayStart& beginning) {
    const auto since = [](std::uint64_t from, std::uint64_t to) {
      return to > from ? to - from : 0;
    };
    const ProvenDelay proven{{delay.body.since, own.counter},
                             delay.body.squarings,
                             elapsed_at_least_ms(*policy_, delay.body.squarings),
                             std::max(since(beginning.clock_ms, delay.clock_ms),
                                      since(beginning.powered_ms, delay.powered_ms))};
    result_.proven.push_back(proven);
    if (proven.claimed_ms + tolerance_ms_ >= proven.at_least_ms) return;
    add(FindingCode::delay_clock, own,
        "at least " + ms_text(proven.at_least_ms) + " between counters " +
            std::to_string(proven.between.from) + " and " + std::to_string(proven.between.to),
        ms_text(proven.claimed_ms) + " by the chip's own clocks");
  }

  // Proofs that overlap may have been made beside each other: only those in a row add up.
  [[nodiscard]] std::uint64_t most_in_a_row() const {
    std::map<std::uint64_t, std::uint64_t> most_until{{0, 0}};  // rising in both
    for (const ProvenDelay& proven : result_.proven) {
      const auto before = std::prev(most_until.upper_bound(proven.between.from));
      const std::uint64_t sum = before->second + proven.at_least_ms;
      std::uint64_t& most = most_until.try_emplace(proven.between.to, 0).first->second;
      most = std::max({most, sum, std::prev(most_until.find(proven.between.to))->second});
    }
    return most_until.rbegin()->second;
  }

  void add(FindingCode code, const LogPoint& point, std::string expected, std::string found) {
    Finding made = finding(code, std::move(expected), std::move(found));
    made.evidence.push_back(evidence_of(point, bytes_));
    result_.findings.add(std::move(made));
  }

  const DeviceLog* log_;
  ByteView bytes_;
  const DelayPolicy* policy_;
  std::uint64_t tolerance_ms_;
  std::uint64_t bad_ = 0;
  LoggedDelays result_;
};

}  // namespace

LoggedDelays judged_delays(const DeviceLog& log, ByteView bytes,
                           std::span<const std::size_t> places, const DelayPolicy& policy,
                           std::uint64_t tolerance_ms) {
  DelayJudge judge(log, bytes, policy, tolerance_ms);
  for (const std::size_t place : places) judge.judge(log.delays[place]);
  return judge.result();
}

}  // namespace muster::attestation
