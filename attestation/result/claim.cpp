#include "attestation/result/claim.hpp"

#include <algorithm>

namespace muster::attestation {
namespace {

constexpr std::array<std::string_view, 4> statuses{"none", "affirming", "warning",
                                                   "contraindicated"};
constexpr std::array<std::string_view, claim_count> claim_names{
    "identity", "freshness", "presence", "log", "clock", "snapshots", "memory", "firmware"};

// By what a code begins with; those that are called otherwise stand first.
struct ClaimRow {
  std::string_view beginning;
  Claim claim;
};
constexpr std::array<ClaimRow, 19> rows{{{"not.presented", Claim::identity},
                                         {"sig.bad", Claim::identity},
                                         {"id.mismatch", Claim::identity},
                                         {"head.stale", Claim::freshness},
                                         {"presence.weak", Claim::presence},
                                         {"evidence.", Claim::log},
                                         {"enc.", Claim::log},
                                         {"head.gap", Claim::firmware},
                                         {"head.unreported", Claim::log},
                                         {"chain.", Claim::log},
                                         {"log.", Claim::log},
                                         {"epoch.order", Claim::log},
                                         {"epoch.", Claim::snapshots},
                                         {"count.", Claim::snapshots},
                                         {"clock.", Claim::clock},
                                         {"power.", Claim::clock},
                                         {"fw.", Claim::firmware},
                                         {"code.", Claim::firmware},
                                         {"", Claim::memory}}};

Claim claim_of_name(std::string_view code) {
  return std::ranges::find_if(
             rows, [code](const ClaimRow& row) { return code.starts_with(row.beginning); })
      ->claim;
}

bool is_code(std::string_view text) {
  for (std::size_t i = 0; i < finding_codes; ++i) {
    if (code_name(static_cast<FindingCode>(i)) == text) return true;
  }
  return false;
}

ResultStatus status_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return ResultStatus::affirming;
    case Severity::open:
      return ResultStatus::none;
    case Severity::query:
      return ResultStatus::warning;
    case Severity::contradiction:
      return ResultStatus::contraindicated;
  }
  return ResultStatus::none;
}

// Of several findings about one claim the worst counts.
int badness(ResultStatus status) {
  constexpr std::array<int, 4> order{1, 0, 2, 3};
  return order[static_cast<std::size_t>(status)];
}

using Claims = std::array<ResultStatus, claim_count>;

void not_judged(Claim claim, Claims& made) {
  ResultStatus& status = made[static_cast<std::size_t>(claim)];
  if (status == ResultStatus::affirming) status = ResultStatus::none;
}

// A check is named by its codes, "fw.unknown, code.unknown", or in words: then it is the log's.
void add_not_run(std::string_view check, Claims& made) {
  while (!check.empty()) {
    const std::size_t end = std::min(check.find(", "), check.size());
    const std::string_view name = check.substr(0, end);
    if (is_code(name)) {
      not_judged(claim_of_name(name), made);
    } else {
      for (const Claim claim :
           {Claim::log, Claim::clock, Claim::snapshots, Claim::memory, Claim::firmware}) {
        not_judged(claim, made);
      }
    }
    check.remove_prefix(std::min(end + 2, check.size()));
  }
}

}  // namespace

std::string_view status_name(ResultStatus status) {
  return statuses[static_cast<std::size_t>(status)];
}

std::optional<ResultStatus> status_named(std::string_view name) {
  const auto found = std::ranges::find(statuses, name);
  if (found == statuses.end()) return std::nullopt;
  return static_cast<ResultStatus>(found - statuses.begin());
}

std::string_view claim_name(Claim claim) { return claim_names[static_cast<std::size_t>(claim)]; }

Claim claim_of(FindingCode code) { return claim_of_name(code_name(code)); }

std::vector<CodeCount> counted(const FindingList& findings) {
  std::vector<CodeCount> counts;
  for (std::size_t i = 0; i < finding_codes; ++i) {
    const auto code = static_cast<FindingCode>(i);
    if (!findings.has(code)) continue;
    CodeCount count{code, Severity::note, findings.count(code)};
    for (const Finding& item : findings.items()) {
      if (item.code == code) count.severity = std::max(count.severity, item.severity);
    }
    counts.push_back(count);
  }
  return counts;
}

ChipVerdict verdict_from(std::span<const CodeCount> found) {
  Severity worst = Severity::note;
  for (const CodeCount& item : found) {
    if (item.code == FindingCode::not_presented) return ChipVerdict::not_presented;
    worst = std::max(worst, item.severity);
  }
  constexpr std::array verdicts{ChipVerdict::consistent, ChipVerdict::open, ChipVerdict::query,
                                ChipVerdict::contradicted};
  return verdicts[static_cast<std::size_t>(worst)];
}

ResultStatus status_from(ChipVerdict verdict) {
  switch (verdict) {
    case ChipVerdict::consistent:
      return ResultStatus::affirming;
    case ChipVerdict::query:
      return ResultStatus::warning;
    case ChipVerdict::contradicted:
      return ResultStatus::contraindicated;
    case ChipVerdict::not_presented:
    case ChipVerdict::open:
      break;
  }
  return ResultStatus::none;
}

Claims claims_from(std::span<const CodeCount> found, std::span<const CheckNotRun> not_run) {
  Claims made{};
  if (verdict_from(found) == ChipVerdict::not_presented) return made;
  made.fill(ResultStatus::affirming);
  for (const CodeCount& item : found) {
    ResultStatus& status = made[static_cast<std::size_t>(claim_of(item.code))];
    const ResultStatus own = status_of(item.severity);
    if (badness(own) > badness(status)) status = own;
  }
  for (const CheckNotRun& item : not_run) add_not_run(item.check, made);
  const bool unreadable = std::ranges::any_of(
      found, [](const CodeCount& item) { return item.code == FindingCode::evidence_unreadable; });
  if (unreadable) {
    add_not_run("head and log", made);
    not_judged(Claim::identity, made);
    not_judged(Claim::freshness, made);
  }
  return made;
}

}  // namespace muster::attestation
