#include <algorithm>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

/// When a head came into the ledger, and of when it tells.
struct HeadInstant {
  Timestamp filed;
  Timestamp as_of;
};

HeadInstant instant_of(const VerifiedHead& head) {
  const auto clock = std::min(head.head.clock_ms, static_cast<std::uint64_t>(max_json_integer));
  return {head.accepted_at,
          std::min(head.accepted_at, Timestamp{static_cast<std::int64_t>(clock)})};
}

std::uint64_t tolerance_of(const Subject& subject) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, subject.policy.clock_tolerance_ms));
}

}  // namespace

// A head that is filed late tells of nothing before it was filed, and none of what came after its
// own clock: of two instants the one that claims less counts.
void check_head_gaps(Examination& exam) {
  const Subject& subject = *exam.subject;
  const std::int64_t longest = subject.policy.longest_head_gap_ms;
  if (longest == 0) return;
  std::vector<HeadInstant> heads;
  for (const VerifiedHead& head : exam.ledgered) heads.push_back(instant_of(head));
  std::ranges::sort(heads, {}, &HeadInstant::filed);
  for (const Window& held : subject.held) {
    Timestamp before = std::max(held.from, subject.window.from);
    const Timestamp end = std::min({held.to, subject.window.to, subject.policy.now});
    const auto judge = [&](Timestamp next, Timestamp as_of) {
      if (next.ms - before.ms > longest) {
        exam.add(finding(FindingCode::head_gap,
                         "a ledgered head within " + std::to_string(longest) + " ms",
                         "none from " + before.to_string() + " to " + next.to_string()));
      }
      before = std::max(before, as_of);
    };
    for (const HeadInstant& head : heads) {
      if (head.filed > before && head.filed < end) judge(head.filed, head.as_of);
    }
    if (before < end) judge(end, end);
  }
}

void check_window_head(Examination& exam) {
  const Subject& subject = *exam.subject;
  const Timestamp end = subject.window.to;
  const bool to_the_end = std::ranges::any_of(
      subject.held, [&](const Window& held) { return held.from < end && held.to >= end; });
  if (!subject.policy.require_window_head || !to_the_end) return;
  std::optional<std::uint64_t> bound;  // the highest counter that a head filed since binds
  for (const VerifiedHead& head : exam.ledgered) {
    if (head.accepted_at < end) continue;
    bound = std::max(bound.value_or(0), head.head.counter);
  }
  const auto left_free = [&](const auto& entry) {
    const std::uint64_t late = entry.clock_ms + tolerance_of(subject);
    return exam.log.points[entry.point].counter > *bound && exam.judged_at(entry.clock_ms) &&
           exam.judged_at(late);
  };
  const char* const wanted = "a head filed since the window's end, over all entries of the window";
  if (!bound) return exam.add(finding(FindingCode::head_unreported, wanted, "none"));
  const auto& snapshots = exam.log.snapshots;
  const auto loose = std::ranges::find_if(snapshots, left_free);
  if (loose == snapshots.end()) return;
  exam.add(finding(FindingCode::head_unreported, wanted,
                   "heads up to counter " + std::to_string(*bound) + ", and a snapshot of " +
                       Timestamp{static_cast<std::int64_t>(loose->clock_ms)}.to_string() +
                       " after it"));
}

}  // namespace muster::attestation
