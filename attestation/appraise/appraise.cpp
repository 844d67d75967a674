#include "attestation/appraise/appraise.hpp"

#include <algorithm>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

// Faults that the chip's own entries state are contradictions only if signatures hold both ends:
// the presented head and an earlier ledgered one. Unsigned bytes never convict.
void raise_signed_faults(Examination& exam) {
  if (!exam.seal.attested || !exam.seal.pinned) return;
  const CounterRange attested = *exam.seal.attested;
  for (Finding& item : exam.result.findings.items()) {
    const bool stated = item.stated_by && item.stated_by->from >= attested.from &&
                        item.stated_by->to <= attested.to;
    const bool states_a_contradiction =
        item.code == FindingCode::count_missing || item.code == FindingCode::clock_backwards ||
        item.code == FindingCode::chain_gap || item.code == FindingCode::epoch_order ||
        (item.code == FindingCode::epoch_secret && item.severity == Severity::query);
    if (stated && states_a_contradiction) item.severity = Severity::contradiction;
  }
}

ChipVerdict verdict_of(const FindingList& findings) {
  if (findings.has(FindingCode::not_presented)) return ChipVerdict::not_presented;
  Severity worst = Severity::note;
  for (const Finding& item : findings.items()) worst = std::max(worst, item.severity);
  switch (worst) {
    case Severity::note:
      return ChipVerdict::consistent;
    case Severity::open:
      return ChipVerdict::open;
    case Severity::query:
      return ChipVerdict::query;
    case Severity::contradiction:
      return ChipVerdict::contradicted;
  }
  return ChipVerdict::open;
}

std::string summary_of(const Appraisal& result) {
  switch (result.verdict) {
    case ChipVerdict::consistent:
      return "what the firmware logged agrees with what was declared before the freeze; whether "
             "firmware and key are genuine and the declaration true, the log cannot tell";
    case ChipVerdict::query:
      return "something is not as declared or not as it should be; the Prover owes an answer, and "
             "an honest one may exist";
    case ChipVerdict::contradicted:
      return "the chip's own signatures contradict each other; who caused it they cannot tell";
    case ChipVerdict::not_presented:
      return "nothing was presented, so nothing can be said about the chip's use";
    case ChipVerdict::open:
      return "part of the evidence cannot be judged; this is neither for nor against the Prover";
  }
  return {};
}

void check_presented(Examination& exam) {
  const Subject& subject = *exam.subject;
  if (subject.head && subject.log) return;
  const std::string found = subject.head ? "no log" : subject.log ? "no head" : "neither";
  exam.add(finding(FindingCode::not_presented, "a log and a head read with the nonce", found));
  exam.not_run("all other checks", "nothing to check");
}

void examine(Examination& exam) {
  check_presented(exam);
  if (exam.result.findings.has(FindingCode::not_presented)) return;
  if (!check_head(exam)) return;
  check_ledgered_heads(exam);
  exam.log = read_log(exam.log_bytes());
  exam.result.coverage.entries = exam.log.points.size();
  check_seal(exam);
  if (exam.log.first && exam.log.first->ueid != ueid_of(exam.subject->chip)) return;
  exam.result.findings.add_all(std::move(exam.log.findings));
  check_epochs(exam);
  check_head_gaps(exam);
  check_window_head(exam);
  check_reference(exam);
  check_power(exam);
  check_delays(exam);
  check_allowances(exam);
  check_snapshots(exam);
  check_precommitments(exam);
  check_acknowledgements(exam);
  raise_signed_faults(exam);
}

}  // namespace

std::string_view verdict_name(ChipVerdict verdict) {
  constexpr std::array<std::string_view, 5> names{"consistent", "query", "contradicted",
                                                  "not-presented", "open"};
  return names[static_cast<std::size_t>(verdict)];
}

std::string_view presence_name(Presence presence) {
  constexpr std::array<std::string_view, 4> names{"label", "network", "uplink-cut", "bench"};
  return names[static_cast<std::size_t>(presence)];
}

bool Examination::judged_between(std::uint64_t from_ms, std::uint64_t to_ms) const {
  const auto from = std::max(static_cast<std::int64_t>(from_ms), subject->window.from.ms);
  const auto to = std::min(static_cast<std::int64_t>(to_ms), subject->window.to.ms);
  return std::ranges::any_of(subject->held, [&](const Window& held) {
    return std::max(from, held.from.ms) < std::min(to, held.to.ms);
  });
}

bool Examination::judged_at(std::uint64_t clock_ms) const {
  return judged_between(clock_ms, clock_ms + 1);
}

Appraisal appraise(const Subject& subject) {
  Examination exam{&subject, {.chip = subject.chip}, {}, false, false, {}, {}, {}};
  examine(exam);
  exam.result.verdict = verdict_of(exam.result.findings);
  exam.result.summary = summary_of(exam.result);
  return std::move(exam.result);
}

}  // namespace muster::attestation
