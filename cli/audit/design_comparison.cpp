#include "cli/audit/design_comparison.hpp"

#include "cli/audit/design_wish.hpp"

namespace muster::cli {
namespace {

using sampler::DesignKind;

/// A row of the comparison before it is planned.
struct Candidate {
  const char* name;
  DesignKind kind;
  sampler::QuotaRule quotas;
  sampler::Strata strata = sampler::Strata::sites;
};

constexpr Candidate candidates[] = {
    {"simple", DesignKind::simple, sampler::QuotaRule::optimal},
    {"stratified", DesignKind::stratified, sampler::QuotaRule::optimal},
    {"stratified, proportional", DesignKind::stratified, sampler::QuotaRule::proportional},
    {"by Prover of the pool", DesignKind::stratified, sampler::QuotaRule::proportional,
     sampler::Strata::provers},
    {"weighted", DesignKind::weighted, sampler::QuotaRule::optimal},
    {"co-located", DesignKind::colocated, sampler::QuotaRule::optimal},
    {"rounds", DesignKind::rounds, sampler::QuotaRule::optimal},
};

ComparedDesign planned(const Candidate& candidate, const sampler::Design& asked,
                       const sampler::PlanRequest& common) {
  sampler::Design design = asked;
  design.kind = candidate.kind;
  design.quotas = candidate.quotas;
  design.strata = candidate.strata;
  design.fixed.clear();
  if (design.kind != DesignKind::rounds) design.period_days.reset();
  const bool by_site = design.strata == sampler::Strata::sites;
  if (design.kind != DesignKind::stratified || !by_site) design.skipped.clear();
  sampler::PlanRequest request = common;
  put_design(design, request);
  auto plan = sampler::make_plan(std::move(request));
  if (!plan) return {candidate.name, plan.error().message};
  return {candidate.name, {}, std::move(*plan)};
}

}  // namespace

std::vector<ComparedDesign> compared_designs(const sampler::Design& asked,
                                             const sampler::PlanRequest& common) {
  std::vector<ComparedDesign> list;
  for (const Candidate& candidate : candidates) {
    if (candidate.kind == DesignKind::rounds && !asked.period_days) continue;
    const bool pool = common.frames.size() > 1;
    if (candidate.strata == sampler::Strata::provers && !pool) continue;
    list.push_back(planned(candidate, asked, common));
  }
  return list;
}

}  // namespace muster::cli
