#include "sampler/evaluate/evaluation.hpp"

#include <algorithm>
#include <map>

#include "sampler/plan/design_bound.hpp"
#include "sampler/stats/thinned_tail.hpp"
#include "sampler/threshold/threshold.hpp"

namespace muster::sampler {
namespace {

constexpr std::size_t most_named = 50;

void name_chip(std::vector<std::string>& list, const DrawnChip& chip) {
  if (list.size() < most_named) list.push_back(chip.site + "/" + chip.chip);
}

/// The results by line. Errors: a stray or a doubled one.
Result<std::map<DrawnChip, const LineResult*>> answers(const std::vector<DrawnChip>& drawn,
                                                       const std::vector<LineResult>& results) {
  std::map<DrawnChip, const LineResult*> lines;
  for (const DrawnChip& chip : drawn) lines.emplace(chip, nullptr);
  for (const LineResult& result : results) {
    const auto line = lines.find({result.site, result.chip});
    const std::string name = result.site + "/" + result.chip;
    if (line == lines.end()) {
      return failure(Errc::invalid_input, "results: " + name + " was not drawn");
    }
    if (line->second != nullptr) {
      return failure(Errc::invalid_input, "results: " + name + " is answered twice");
    }
    line->second = &result;
  }
  return lines;
}

void count_line(const DrawnChip& chip, const LineResult* result, Presence required,
                Evaluation& sum) {
  if (result == nullptr) {
    ++sum.open;
    name_chip(sum.open_chips, chip);
    return;
  }
  ++sum.read;
  switch (outcome(*result, required)) {
    case LineOutcome::consistent:
      ++sum.consistent;
      if (result->verdict == LineVerdict::consistent &&
          proven_presence(*result) <= Presence::network) {
        ++sum.weak_presence;
      }
      break;
    case LineOutcome::hit:
      ++sum.hits;
      name_chip(sum.hit_chips, chip);
      break;
    case LineOutcome::open:
      ++sum.open;
      name_chip(sum.open_chips, chip);
      break;
  }
}

/// What the `chips` fastest of the frame and all unseen chips can do.
Decimal hideable_flop(const Plan& plan, std::uint64_t chips) {
  const auto& request = plan.request;
  const UnseenChips& hidden = plan.threshold.unseen;
  const std::uint64_t unseen =
      hidden.offbook + hidden.exempt + hidden.broken + hidden.leaked + hidden.seen;
  std::uint64_t fastest = 0;
  for (const auto& item : request.classes) fastest = std::max(fastest, item.flop_per_s);
  const stats::Rational per_rate =
      request.run.longest_days.value() * request.run.utilisation.value() * 86'400;
  stats::Rational flop = per_rate * stats::BigInt(fastest) * stats::BigInt(unseen);
  for (const ClassCapacity& item : capacities(request.classes, request.run)) {
    const std::uint64_t taken = std::min(chips, item.count);
    flop += item.flop.value() * stats::BigInt(taken);
    chips -= taken;
  }
  return Decimal(flop);
}

AuditVerdict verdict_of(const Evaluation& sum) {
  if (sum.open > 0) return AuditVerdict::not_concluded;
  return sum.hits > 0 ? AuditVerdict::finding : AuditVerdict::no_sign_of;
}

}  // namespace

std::string_view verdict_name(AuditVerdict verdict) {
  if (verdict == AuditVerdict::no_sign_of) return "no-sign-of";
  return verdict == AuditVerdict::finding ? "finding" : "not-concluded";
}

std::vector<DrawnChip> drawn_chips(const Drawing& drawing) {
  std::vector<DrawnChip> chips;
  for (const SiteOpening& opening : drawing.openings) {
    for (const OpenedLine& line : opening.lines) chips.push_back({opening.site, line.line.chip});
  }
  return chips;
}

Result<Evaluation> tally(const Plan& plan, const std::vector<DrawnChip>& drawn,
                         const std::vector<LineResult>& results) {
  if (has_fixed_size(plan) && drawn.size() != plan.sample_size) {
    return failure(Errc::invalid_input, "draw: got " + std::to_string(drawn.size()) +
                                            " lines, the plan wants " +
                                            std::to_string(plan.sample_size));
  }
  MUSTER_TRY_ASSIGN(const auto lines, answers(drawn, results));
  const AuditPower power = audit_power(plan);
  Evaluation sum{AuditVerdict::not_concluded,
                 drawn.size(),
                 0,
                 0,
                 0,
                 0,
                 0,
                 power.drawn,
                 power.detected,
                 {},
                 {},
                 plan.not_covered,
                 {},
                 {}};
  for (const DrawnChip& chip : drawn) {
    count_line(chip, lines.at(chip), plan.request.presence_required, sum);
  }
  sum.verdict = verdict_of(sum);
  if (sum.weak_presence > 0) {
    sum.not_covered.push_back(std::to_string(sum.weak_presence) +
                              " lines seen no better than over the network: a relay would pass");
  }
  return sum;
}

Result<Evaluation> evaluation(const Plan& plan, const std::vector<DrawnChip>& drawn,
                              const std::vector<LineResult>& results) {
  MUSTER_TRY_ASSIGN(Evaluation sum, tally(plan, drawn, results));
  sum.recognised_violating_at_most = violating_at_most(plan, sum.lines, sum.hits + sum.open);
  auto violating = sum.recognised_violating_at_most;
  // Those seen before are in the plan's unseen chips, which work at the highest rate.
  if (violating && plan.request.seen) *violating -= plan.request.seen->not_consistent;
  // A chip of the run whose log held no snapshot did its share all the same.
  if (!plan.layout && !plan.detection.is_one()) {
    violating = stats::upper_bound({plan.threshold.chips, sum.lines, sum.hits + sum.open},
                                   plan.detection, plan.request.target);
  }
  if (violating) sum.hidden_flop_at_most = hideable_flop(plan, *violating);
  return sum;
}

Evaluation of_abandoned(Evaluation result) {
  result.abandoned = true;
  if (result.verdict == AuditVerdict::no_sign_of) result.verdict = AuditVerdict::not_concluded;
  result.recognised_violating_at_most.reset();
  result.hidden_flop_at_most.reset();
  return result;
}

}  // namespace muster::sampler
