// Every chip is drawn by itself, with a chance that follows what it can do for a run.

#include <algorithm>
#include <limits>

#include "sampler/plan/layout_kinds.hpp"
#include "sampler/stats/weighted.hpp"

namespace muster::sampler {
namespace {

using stats::Rational;
using stats::Real;

/// What the ticket limit makes of a class's chance.
Real limit_rate(const ClassDraw& draw) { return ldexp(Real(draw.ticket_limit) + 1, -64); }

std::optional<stats::WorstSet> worst_of(const Layout& layout, const PlanRequest& request,
                                        const HiddenRun& run, const Probability& detection) {
  std::vector<stats::ThresholdClass> classes;
  const Real d = 1 - detection.complement();
  for (std::size_t i = 0; i < layout.classes.size(); ++i) {
    const Rational flop = chip_flop(counted_class(request, request.classes[i], run), run);
    if (flop <= 0) continue;
    const Real met = d * limit_rate(layout.classes[i]);
    const Real loss =
        met >= 1 ? std::numeric_limits<Real>::infinity() : Real(-stats::ln_1_plus(-met));
    classes.push_back({request.classes[i].count, flop, loss});
  }
  return stats::worst_set(classes, framed_flop(request, run));
}

}  // namespace

Rational chip_flop(const ChipClass& item, const HiddenRun& run) {
  const auto list = capacities({item}, run);
  return list.empty() ? Rational(0) : list.front().flop.value();
}

Rational framed_flop(const PlanRequest& request, const HiddenRun& run) {
  std::uint64_t fastest = 0;
  for (const ChipClass& item : request.classes) fastest = std::max(fastest, item.flop_per_s);
  const UnseenChips& unseen = request.unseen;
  const stats::BigInt chips =
      stats::BigInt(unseen.offbook) + unseen.exempt + unseen.broken + unseen.leaked;
  return run.excess_flop.value() - run.longest_days.value() * run.utilisation.value() *
                                       stats::BigInt(fastest) * 86'400 * chips;
}

Result<Layout> weighted_layout(const PlanRequest& request, const Probability& detection) {
  Layout layout;
  layout.chance_decides = true;
  const Rational needed = framed_flop(request, request.run);
  const Real d = 1 - detection.complement();
  for (const ChipClass& item : request.classes) {
    const Real rate =
        stats::threshold_rate(chip_flop(counted_class(request, item, request.run), request.run),
                              needed, request.target) /
        d;
    if (rate > 1) return census_too_weak();
    layout.classes.push_back(
        {item.frame_class, item.frame_weight, item.count, rate, limit_of(rate)});
  }
  const auto worst = worst_of(layout, request, request.run, detection);
  layout.worst_is_exact = worst && worst->exact;
  layout.assumptions.push_back("the chips of a run may be any of the frame: worst set");
  layout.assumptions.push_back("costs take the classes as spread evenly over the sites");
  return layout;
}

Real weighted_power(const Layout& layout, const PlanRequest& request, const HiddenRun& run,
                    const Probability& detection) {
  const auto worst = worst_of(layout, request, run, detection);
  if (!worst || !isfinite(worst->loss)) return 1;
  Real loss = worst->loss;
  // Where the worst set is a bound, the chances themselves may promise more: whatever does the
  // planned excess in the planned time is missed with beta at most.
  const bool planned = run.longest_days == request.run.longest_days &&
                       run.utilisation == request.run.utilisation &&
                       framed_flop(request, run) >= framed_flop(request, request.run);
  if (!worst->exact && planned) loss = std::max(loss, Real(-request.target.ln_complement_real()));
  return -stats::exp_minus_1(-loss);
}

}  // namespace muster::sampler
