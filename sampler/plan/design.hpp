#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/base/names.hpp"
#include "sampler/stats/probability.hpp"

namespace muster::sampler {

/// How the chips to inspect are chosen. Each kind has a threat model of its own, which its plan
/// states: what a Prover may do with the chips of a run.
enum class DesignKind {
  simple,      ///< any n chips of the frame alike; the run may be anywhere
  stratified,  ///< a fixed number at each site; the run may be anywhere
  weighted,    ///< each chip by itself, by what it can do; the run may be anywhere
  colocated,   ///< each site by itself, visited by chance; the whole run is at one site
  rounds,      ///< a sample at each of several visits; the run lasts over them
};

[[nodiscard]] std::string_view design_name(DesignKind kind);
/// Errors: `invalid_input`.
Result<DesignKind> parse_design(std::string_view text);

/// How the numbers of a stratified design come about.
enum class QuotaRule {
  optimal,       ///< of low price, found by search
  proportional,  ///< ceil(N_j (1 - beta^(1/k))): safe wherever the run is, without a search
  fixed,         ///< as the request says; refused where they miss the target
};

[[nodiscard]] std::string_view quota_rule_name(QuotaRule rule);
/// Errors: `invalid_input`.
Result<QuotaRule> parse_quota_rule(std::string_view text);

/// What a stratified design fixes numbers for.
enum class Strata {
  sites,
  provers,  ///< of a pooled plan: each Prover's whole frame, over all of its sites
};

[[nodiscard]] std::string_view strata_name(Strata strata);
/// Errors: `invalid_input`.
Result<Strata> parse_strata(std::string_view text);

/// A number of chips to inspect at a site.
struct SiteQuota {
  SiteId site;
  std::uint64_t chips;
};

/// What inspecting one site costs where it differs from the others.
struct SiteCost {
  SiteId site;
  stats::Decimal visit;
  stats::Decimal chip;
};

/// Costs in any unit, the same for all: a visit, and each chip.
struct InspectionCosts {
  stats::Decimal visit;
  stats::Decimal chip{stats::Rational(1)};
  std::vector<SiteCost> sites{};  ///< by site id
};

/// Several Provers of which none may be accused wrongly but with the level, all together.
struct FamilyLevel {
  std::uint64_t provers;
  stats::Probability level;
};

/// What a plan of another than the simple design asks. A request without one is simple, and its
/// plan has version 1.
struct Design {
  DesignKind kind = DesignKind::simple;
  QuotaRule quotas = QuotaRule::optimal;        ///< stratified only
  std::vector<SiteQuota> fixed{};               ///< by site id; with QuotaRule::fixed only
  std::vector<SiteId> skipped{};                ///< sorted; stratified only: no chip is drawn there
  std::optional<stats::Decimal> period_days{};  ///< rounds only: from one visit to the next
  InspectionCosts costs{};
  std::optional<FamilyLevel> family{};
  /// Stratified only. By Provers the numbers are proportional: no smaller ones reach the target
  /// for every Prover of the pool (guaranteed against a run that is split over them).
  Strata strata = Strata::sites;
  bool memory = false;  ///< rounds only: none of the chips that the visits before drew
};

struct PlanRequest;

/// True for rounds of which each visit leaves out the chips of those before it, as far back as one
/// run is met: several visits in a row are one sample.
[[nodiscard]] bool remembers(const PlanRequest& request);

/// Errors: `invalid_input` for fields that do not belong to the kind, sites that the request does
/// not have, negative costs, and levels or periods out of range.
Result<void> check_design(const PlanRequest& request);

/// The costs of a site of the request.
[[nodiscard]] SiteCost cost_at(const InspectionCosts& costs, const SiteId& site);

}  // namespace muster::sampler
