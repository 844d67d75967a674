#include "sampler/plan/layout.hpp"

#include <cmath>

#include "ledger/base/check.hpp"
#include "sampler/plan/layout_kinds.hpp"
#include "sampler/plan/power.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/snapshot.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::sampler {
namespace {

using stats::Real;

Result<Layout> simple_layout(const PlanRequest& request, std::uint64_t effective,
                             const Probability& detection) {
  const stats::Lot lot{chip_count(request.classes), effective};
  const auto sample = detection.is_one() ? stats::min_sample(lot, request.target)
                                         : stats::min_sample(lot, detection, request.target);
  if (!sample) return census_too_weak();
  Layout layout;
  layout.sample_size = *sample;
  return layout;
}

Result<Layout> kind_layout(const PlanRequest& request, std::uint64_t effective,
                           const Probability& detection) {
  switch (request.design->kind) {
    case DesignKind::simple:
      return simple_layout(request, effective, detection);
    case DesignKind::stratified:
      return stratified_layout(request, effective, detection);
    case DesignKind::weighted:
      return weighted_layout(request, detection);
    case DesignKind::colocated:
      return colocated_layout(request, effective, detection);
    case DesignKind::rounds:
      return rounds_layout(request);
  }
  MUSTER_CHECK(false);
}

void add_site(const PlanRequest& request, const SiteId& site, const Real& visited,
              const Real& chips, Layout& layout) {
  const SiteCost cost = cost_at(request.design->costs, site);
  const Real going = visited * stats::to_real(cost.visit.value());
  layout.expected_visits += visited;
  layout.expected_visit_cost += going;
  layout.expected_cost += going + chips * stats::to_real(cost.chip.value());
}

/// Visits and costs where any chip of a site may be drawn, the number by chance.
void price_by_chance(const PlanRequest& request, Layout& layout) {
  const std::uint64_t all = chip_count(request.classes);
  layout.expected_chips = Real(layout.sample_size);
  for (const SiteCount& site : request.sites) {
    const Real visited = stats::detection({all, site.chips}, layout.sample_size);
    const Real chips = layout.expected_chips * Real(site.chips) / Real(all);
    add_site(request, site.site, visited, chips, layout);
  }
}

void price_by_site(const PlanRequest& request, Layout& layout) {
  for (const SiteDraw& draw : layout.sites) {
    const Real chips = draw.share * Real(draw.high) + (1 - draw.share) * Real(draw.low);
    const Real visited =
        (draw.high > 0 ? draw.share : Real(0)) + (draw.low > 0 ? Real(1 - draw.share) : Real(0));
    layout.expected_chips += chips;
    add_site(request, draw.site, visited, chips, layout);
  }
}

/// As if every site held every class in proportion: the request does not say which holds what.
void price_by_class(const PlanRequest& request, Layout& layout) {
  const Real all(chip_count(request.classes));
  Real spared = 0;  // ln of the chance that no chip of the whole frame is drawn
  bool sure = false;
  for (const ClassDraw& draw : layout.classes) {
    layout.expected_chips += draw.rate * Real(draw.chips);
    if (draw.rate >= 1) {
      sure = true;
    } else {
      spared += Real(draw.chips) * stats::ln_1_plus(-draw.rate);
    }
  }
  for (const SiteCount& site : request.sites) {
    const Real part = Real(site.chips) / all;
    const Real visited = sure ? Real(1) : Real(-stats::exp_minus_1(spared * part));
    add_site(request, site.site, visited, layout.expected_chips * part, layout);
  }
}

}  // namespace

tl::unexpected<Error> census_too_weak() {
  return refusal("plan.unreachable_target",
                 "inspecting every chip does not reach the target: too few of them hold a "
                 "snapshot of the run; raise the snapshots a day or the hours covered");
}

std::uint64_t limit_of(const Real& rate) {
  const auto above =
      stats::to_count(stats::BigInt(ceil(ldexp(rate, 64)).convert_to<stats::BigInt>()));
  if (!above) return ~std::uint64_t{0};  // 2^64: every number is below
  return *above == 0 ? 0 : *above - 1;
}

ChipClass counted_class(const PlanRequest& request, const ChipClass& item, const HiddenRun& run) {
  ChipClass counted = item;
  if (request.design && request.design->kind == DesignKind::rounds) counted.days_held.reset();
  const Decimal beyond =
      run.longest_days - Decimal(stats::Rational(request.window.length_ms(), ms_per_day));
  if (counted.days_held && beyond.value() > 0) {
    counted.days_held = *counted.days_held + beyond;
  }
  return counted;
}

std::vector<ChipClass> counted_classes(const PlanRequest& request, const HiddenRun& run) {
  std::vector<ChipClass> classes;
  classes.reserve(request.classes.size());
  for (const ChipClass& item : request.classes) {
    classes.push_back(counted_class(request, item, run));
  }
  return classes;
}

Probability snapshot_chance(const PlanRequest& request, const Decimal& hours) {
  const Decimal one = Decimal::from_integer(1);
  const stats::SnapshotProcess process{request.snapshots->per_day / Decimal::from_integer(24),
                                       hours, one, 1};
  return Probability::from_complement(1 - stats::snapshot_detection(process));
}

Probability visit_detection(const PlanRequest& request) {
  if (!request.snapshots) return Probability::from(Decimal::from_integer(1)).value();
  Decimal hours = request.snapshots->covered_hours;
  if (request.design && request.design->period_days) {
    hours = std::min(hours, *request.design->period_days * Decimal::from_integer(24));
  }
  return snapshot_chance(request, hours);
}

Result<Layout> lay_out(const PlanRequest& request, std::uint64_t effective,
                       const Probability& detection) {
  MUSTER_TRY_ASSIGN(Layout layout, kind_layout(request, effective, detection));
  if (!layout.sites.empty()) {
    price_by_site(request, layout);
  } else if (!layout.classes.empty()) {
    price_by_class(request, layout);
  } else {
    price_by_chance(request, layout);
  }
  if (layout.chance_decides) {
    const auto chips = stats::to_count(stats::ceil_of(layout.expected_chips));
    layout.sample_size = chips.value_or(chip_count(request.classes));
  }
  if (request.design->family) {
    layout.family = family_answer(*request.design->family, *request.queries, layout.sample_size);
  }
  return layout;
}

Real design_power(const PlanRequest& request, const Layout& layout, const HiddenRun& run,
                  std::uint64_t effective, const Probability& detection) {
  if (effective == 0) return 0;
  switch (request.design->kind) {
    case DesignKind::simple:
      return draw_probability(chip_count(request.classes), effective, layout.sample_size,
                              &detection);
    case DesignKind::stratified:
      return stratified_power(layout, request, effective, detection);
    case DesignKind::weighted:
      return weighted_power(layout, request, run, detection);
    case DesignKind::colocated:
      return colocated_power(layout, request, effective, detection);
    case DesignKind::rounds:
      return rounds_power(request, layout.sample_size, run, detection.is_one());
  }
  MUSTER_CHECK(false);
}

}  // namespace muster::sampler
