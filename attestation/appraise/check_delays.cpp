#include "attestation/appraise/examination.hpp"

namespace muster::attestation {

void check_delays(Examination& exam) {
  const auto& delays = exam.log.delays;
  if (delays.empty()) return;
  if (exam.subject->delay == nullptr) {
    exam.not_run("delay.bad, delay.clock", "no delay policy was given");
    return;
  }
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < delays.size(); ++i) {
    if (exam.is_sealed(delays[i].point) && exam.judged_at(delays[i].clock_ms)) places.push_back(i);
  }
  LoggedDelays judged =
      judged_delays(exam.log, exam.log_bytes(), places, *exam.subject->delay,
                    static_cast<std::uint64_t>(exam.subject->policy.clock_tolerance_ms));
  exam.result.findings.add_all(std::move(judged.findings));
  if (judged.without_beginning > 0) {
    exam.not_run("delay.bad", "the entries that " + std::to_string(judged.without_beginning) +
                                  " delays began with are not in the log");
  }
  if (judged.not_judged > 0) {
    exam.add(finding(FindingCode::evidence_unreadable,
                     "at most " + std::to_string(max_judged_delays) + " delay proofs",
                     std::to_string(judged.not_judged) + " more, which are not judged"));
  }
  exam.result.delays = std::move(judged.proven);
  exam.result.elapsed_at_least_ms = judged.at_least_ms;
}

}  // namespace muster::attestation
