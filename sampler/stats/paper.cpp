#include "sampler/stats/paper.hpp"

#include "sampler/stats/thinned.hpp"

namespace muster::stats {
namespace {

// H / (aT): chips in the run at least, not rounded.
Rational chips_of_run(const PaperPlan& plan) {
  return plan.flop.value() / (plan.flop_per_chip_day.value() * plan.run_days.value());
}

bool within_reach(const PaperPlan& plan) { return chips_of_run(plan) < plan.chips; }

// 1 - exp(-f T_m) is the chance that an inspected chip of the run holds a snapshot.
Rational expected_snapshots(const PaperPlan& plan) {
  return plan.snapshots_per_day.value() * plan.period_days.value();
}

Real periods_in_run(const PaperPlan& plan) {
  return to_real(plan.run_days.value() / plan.period_days.value());
}

Result<void> above_zero(const Decimal& value, std::string_view what) {
  if (value.value() > 0) return {};
  return failure(Errc::invalid_input,
                 std::string(what) + ": got " + value.text() + ", want above 0");
}

}  // namespace

Result<void> check(const PaperPlan& plan) {
  MUSTER_TRY(above_zero(plan.flop, "flop"));
  MUSTER_TRY(above_zero(plan.flop_per_chip_day, "flop per chip and day"));
  MUSTER_TRY(above_zero(plan.period_days, "period"));
  MUSTER_TRY(above_zero(plan.run_days, "run"));
  MUSTER_TRY(above_zero(Decimal::from_integer(plan.chips), "population"));
  if (plan.snapshots_per_day.value() < 0) {
    return failure(Errc::invalid_input,
                   "snapshots per day: got " + plan.snapshots_per_day.text() + ", want 0 or more");
  }
  if (plan.run_days < plan.period_days) {
    return failure(Errc::invalid_input, "run: got " + plan.run_days.text() +
                                            " days, want at least the period of " +
                                            plan.period_days.text());
  }
  return {};
}

std::optional<PaperCounts> paper_counts(const PaperPlan& plan) {
  if (!within_reach(plan)) return std::nullopt;
  if (plan.target.is_zero()) return PaperCounts{0, 0, 0};
  if (plan.target.is_one() || plan.snapshots_per_day.value() == 0) return std::nullopt;
  const Real holds_snapshot = -exp_minus_1(-to_real(expected_snapshots(plan)));
  const Real x = to_real(chips_of_run(plan) / plan.chips) * holds_snapshot;
  const Real draws = plan.target.ln_complement_real() / ln_1_plus(-x);
  const Real per_period = draws / periods_in_run(plan);
  const Real per_year = per_period * 365 / to_real(plan.period_days.value());
  const auto whole = to_count(ceil_of(per_year));
  if (!whole) return std::nullopt;
  return PaperCounts{per_period, per_year, *whole};
}

std::optional<PaperExact> paper_exact(const PaperPlan& plan) {
  if (!within_reach(plan)) return std::nullopt;
  const auto violating = to_count(ceil_integer(chips_of_run(plan)));
  if (plan.target.is_zero()) return PaperExact{*violating, 0, 0};
  if (plan.target.is_one() || plan.snapshots_per_day.value() == 0) return std::nullopt;
  const auto recognition = Probability::from_complement(exp(-to_real(expected_snapshots(plan))));
  const Real ln_miss = plan.target.ln_complement_real() / periods_in_run(plan);
  const auto period = Probability::from_complement(exp(ln_miss));
  const auto sample = min_sample(Lot{plan.chips, *violating}, recognition, period);
  if (!sample) return std::nullopt;
  return PaperExact{*violating, -exp_minus_1(ln_miss), *sample};
}

}  // namespace muster::stats
