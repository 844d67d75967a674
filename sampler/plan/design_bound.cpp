#include "sampler/plan/design_bound.hpp"

#include <algorithm>

#include "sampler/plan/design_draw.hpp"
#include "sampler/plan/layout_kinds.hpp"
#include "sampler/plan/seen_before.hpp"
#include "sampler/stats/bounds.hpp"
#include "sampler/stats/search.hpp"
#include "sampler/stats/site_quotas.hpp"

namespace muster::sampler {
namespace {

std::optional<std::uint64_t> spread_at_most(const Plan& plan) {
  const auto samples = strata_of(*plan.layout, plan.request);
  const Probability sure = Probability::from(Decimal::from_integer(1)).value();
  // Whether so many chips would have been met: from there on more would be too.
  const auto met = [&](std::uint64_t chips) {
    return stats::reaches(samples, {chips, sure, plan.request.target});
  };
  const std::uint64_t all = plan.threshold.chips;
  if (!met(all)) return all;
  if (met(1)) return 0;
  return stats::first_true(stats::Bracket{1, all}, 2, met) - 1;
}

}  // namespace

AuditPower audit_power(const Plan& plan) {
  const bool rounds = plan.layout && plan.request.design->kind == DesignKind::rounds;
  if (!rounds) return {plan.drawn_probability, plan.detection_probability};
  const std::uint64_t chips = plan.threshold.chips - lines_left_out(plan.request);
  const std::uint64_t effective = std::min(plan.threshold.effective_chips.value_or(0), chips);
  return {draw_probability(chips, effective, plan.sample_size),
          draw_probability(chips, effective, plan.sample_size, &plan.detection)};
}

std::optional<std::uint64_t> violating_at_most(const Plan& plan, std::uint64_t lines,
                                               std::uint64_t hits) {
  // Of the chips that a visit with memory leaves out it says nothing.
  if (remembers(plan.request)) return std::nullopt;
  if (!drawn_site_by_site(plan) && !drawn_by_prover(plan)) {
    auto bound = stats::upper_bound({plan.threshold.chips, lines, hits}, plan.request.target);
    if (bound && plan.request.seen) *bound += plan.request.seen->not_consistent;
    return bound;
  }
  if (plan.request.design->kind != DesignKind::stratified || hits > 0) return std::nullopt;
  return spread_at_most(plan);
}

}  // namespace muster::sampler
