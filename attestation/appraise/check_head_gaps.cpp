#include <algorithm>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {

// By the ledger's time and not the chip's: a head that is filed late pins nothing before.
void check_head_gaps(Examination& exam) {
  const Subject& subject = *exam.subject;
  const std::int64_t longest = subject.policy.longest_head_gap_ms;
  if (longest == 0) return;
  std::vector<Timestamp> instants;
  for (const VerifiedHead& head : exam.ledgered) instants.push_back(head.accepted_at);
  std::ranges::sort(instants);
  for (const Window& held : subject.held) {
    Timestamp before = std::max(held.from, subject.window.from);
    const Timestamp end = std::min({held.to, subject.window.to, subject.policy.now});
    const auto judge = [&](Timestamp next) {
      if (next.ms - before.ms > longest) {
        exam.add(finding(FindingCode::head_gap,
                         "a ledgered head within " + std::to_string(longest) + " ms",
                         "none from " + before.to_string() + " to " + next.to_string()));
      }
      before = next;
    };
    for (const Timestamp instant : instants) {
      if (instant > before && instant < end) judge(instant);
    }
    if (before < end) judge(end);
  }
}

}  // namespace muster::attestation
