#include <algorithm>

#include "attestation/appraise/examination.hpp"

namespace muster::attestation {
namespace {

std::string digests_text(const Precommitment& run) {
  return "metadata " + run.metadata.to_hex() + " and data order " + run.data_order.to_hex();
}

// A declared training run, and the first snapshot that it explains.
struct FirstUse {
  const RunMetadata* run;
  std::size_t point;

  [[nodiscard]] std::string text() const { return "run " + run->run.text(); }
};

void add(Examination& exam, const FirstUse& first, Finding made) {
  made.evidence.push_back(evidence_of(exam.log.points[first.point], exam.log_bytes()));
  exam.add(std::move(made));
}

void add_absent(Examination& exam, const FirstUse& first, std::string expected, std::string found) {
  if (!exam.subject->policy.require_precommitments) return;
  add(exam, first, finding(FindingCode::precommit_absent, std::move(expected), std::move(found)));
}

void check_run(Examination& exam, const FirstUse& first) {
  const auto& declared = first.run->precommitment;
  if (!declared) {
    return add_absent(exam, first, "a declaration that names what chips logged beforehand",
                      "none in that of " + first.text());
  }
  const auto& logged = exam.log.precommitments;
  const auto record = std::ranges::find(logged, *declared, &LoggedPrecommitment::run);
  if (record == logged.end() || !exam.is_sealed(record->point)) {
    const std::uint64_t from = exam.log.points.front().counter;
    return add_absent(exam, first, digests_text(*declared) + ", logged before " + first.text(),
                      "no such record from counter " + std::to_string(from) + " on");
  }
  if (record->point < first.point) return;
  const auto& points = exam.log.points;
  Finding made =
      finding(FindingCode::precommit_late,
              "the record of " + first.text() + " before counter " +
                  std::to_string(points[first.point].counter) + ", a snapshot that it explains",
              "one at counter " + std::to_string(points[record->point].counter));
  made.evidence.push_back(evidence_of(points[record->point], exam.log_bytes()));
  add(exam, first, std::move(made));
}

}  // namespace

void check_precommitments(Examination& exam) {
  for (const auto& [run, point] : exam.first_explained) {
    const RunMetadata& metadata = exam.subject->declarations->declaration(run).metadata;
    if (metadata.use == RunUse::training) check_run(exam, {&metadata, point});
  }
}

}  // namespace muster::attestation
