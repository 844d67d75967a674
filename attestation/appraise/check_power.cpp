#include <algorithm>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

constexpr std::int64_t off_share_divisor = 20;  // of the time for which a chip is declared

Window overlap(const Window& a, const Window& b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

// The time that the log calls the chip off, for any window. A hostile log may have any number of
// stretches, in any order and over one another: each moment counts once.
class OffTime final {
 public:
  explicit OffTime(const std::vector<LoggedOff>& offs) {
    std::vector<Window> sorted;
    sorted.reserve(offs.size());
    for (const LoggedOff& off : offs) {
      sorted.push_back({{static_cast<std::int64_t>(off.clock_from_ms)},
                        {static_cast<std::int64_t>(off.clock_to_ms)}});
    }
    std::ranges::sort(sorted);
    for (const Window& off : sorted) {
      const Timestamp from = stretches_.empty() ? off.from : std::max(off.from, end());
      if (off.to <= from) continue;
      const std::int64_t before = stretches_.empty() ? 0 : total(stretches_.size() - 1);
      stretches_.push_back({{from, off.to}, before});
    }
  }

  [[nodiscard]] std::int64_t within(const Window& window) const {
    return window.length_ms() <= 0 ? 0 : until(window.to) - until(window.from);
  }

 private:
  struct Stretch {
    Window window;
    std::int64_t before_ms;  // off time before it
  };

  [[nodiscard]] Timestamp end() const { return stretches_.back().window.to; }
  [[nodiscard]] std::int64_t total(std::size_t place) const {
    return stretches_[place].before_ms + stretches_[place].window.length_ms();
  }
  [[nodiscard]] std::int64_t until(Timestamp at) const {
    const auto after = std::ranges::upper_bound(
        stretches_, at, {}, [](const Stretch& stretch) { return stretch.window.from; });
    if (after == stretches_.begin()) return 0;
    const Stretch& last = *(after - 1);
    return last.before_ms + std::min(at, last.window.to).ms - last.window.from.ms;
  }

  std::vector<Stretch> stretches_;
};

}  // namespace

// A chip that is off computes nothing: if it is declared to, either the work was done elsewhere, or
// the log leaves out what the chip did.
void check_power(Examination& exam) {
  const DeclarationIndex* declared = exam.subject->declarations;
  if (declared == nullptr || exam.log.offs.empty()) return;
  const OffTime off(exam.log.offs);
  for (const auto& item : declared->held_by(exam.subject->chip)) {
    const Declaration& run = declared->declaration(item.run);
    if (!declared->filed()[item.run].before_freeze || run.metadata.use == RunUse::idle) continue;
    const Assignment& assigned = run.assignments[item.item];
    const Window at_work =
        overlap(overlap(assigned.held, run.metadata.window), exam.subject->window);
    std::int64_t judged_ms = 0;
    std::int64_t off_ms = 0;
    for (const Window& held : exam.subject->held) {
      const Window judged = overlap(at_work, held);
      judged_ms += std::max<std::int64_t>(0, judged.length_ms());
      off_ms += off.within(judged);
    }
    const std::int64_t allowed =
        exam.subject->policy.off_allowance_ms + judged_ms / off_share_divisor;
    if (off_ms <= allowed) continue;
    exam.add(finding(FindingCode::power_off_in_run,
                     "a chip at work for run " + run.metadata.run.text() + ", off for at most " +
                         std::to_string(allowed) + " ms",
                     "off for " + std::to_string(off_ms) + " ms of " + std::to_string(judged_ms)));
  }
}

}  // namespace muster::attestation
