#include <charconv>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

// The part of a run's FLOP that falls to one chip, by chip-time in the whole shard map.
long double share_of(const Declaration& declared, const ChipId& chip) {
  long double own = 0;
  long double all = 0;
  for (const Assignment& item : declared.assignments) {
    const auto length = static_cast<long double>(item.held.length_ms());
    all += length;
    if (item.chip == chip) own += length;
  }
  const std::string& text = declared.metadata.flop;
  long double flop = 0;
  std::from_chars(text.data(), text.data() + text.size(), flop);
  return all > 0 ? flop * own / all : 0;
}

std::string flop_text(long double flop) {
  const auto exponent = flop >= 1 ? std::to_string(static_cast<double>(flop)) : "0";
  return exponent.substr(0, exponent.find('.')) + " FLOP";
}

// What was declared before the freeze cannot be more than what the spent cycles can do.
void check_declared(Examination& exam, const AllowanceQuestion& question) {
  const Subject& subject = *exam.subject;
  if (!question.book->flop_per_megacycle) {
    exam.not_run("lic.overdrawn by declared runs", "nobody said what the chip does in a cycle");
    return;
  }
  if (subject.declarations == nullptr) return;
  constexpr long double rounding = 1.000'001L;
  for (const DeclarationIndex::Held& held : subject.declarations->held_by(subject.chip)) {
    const FiledDeclaration& filed = subject.declarations->filed()[held.run];
    const RunMetadata& run = filed.declaration.metadata;
    const bool is_first =
        filed.declaration.assignments[held.item].chip == subject.chip &&
        (held.item == 0 || filed.declaration.assignments[held.item - 1].chip != subject.chip);
    if (!is_first || !filed.before_freeze || run.use == RunUse::idle) continue;
    const long double declared = share_of(filed.declaration, subject.chip);
    const long double possible =
        static_cast<long double>(most_spent_in(exam.log, run.window, question)) *
        static_cast<long double>(*question.book->flop_per_megacycle);
    if (declared <= possible * rounding) continue;
    exam.add(finding(FindingCode::lic_overdrawn,
                     "at most " + flop_text(possible) + " by the cycles spent in the time of run " +
                         run.run.text(),
                     flop_text(declared) + " of it declared for this chip"));
  }
}

}  // namespace

void check_allowances(Examination& exam) {
  const AllowanceBook* book = exam.subject->allowances;
  if (book == nullptr) {
    if (!exam.log.allowances.empty()) exam.not_run("lic.*", "no allowances were given");
    return;
  }
  // Not every chip of a fleet has a meter: it is asked for where an allowance was issued.
  const bool is_issued = is_issued_any(*book, exam.subject->chip);
  if (exam.log.allowances.empty() && !is_issued) {
    exam.not_run("lic.*", "the chip logs no allowances, and none was issued to it");
    return;
  }
  const AllowanceQuestion question{
      exam.subject->chip,
      book,
      exam.subject->policy.clock_tolerance_ms,
      true,
      [&](const LoggedAllowance& entry) { return exam.is_sealed(entry.point); },
      [&](const LoggedAllowance& entry) { return exam.judged_at(entry.clock_ms); }};
  JudgedAllowances judged = judged_allowances(exam.log, exam.log_bytes(), question);
  exam.result.findings.add_all(std::move(judged.findings));
  exam.result.allowance = judged.use;
  check_declared(exam, question);
}

}  // namespace muster::attestation
