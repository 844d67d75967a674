#include "sampler/stats/paper.hpp"
#include "sampler/vectors_tool/case.hpp"

namespace muster::vectors {
namespace {

using stats::Decimal;
using stats::Probability;

Result<stats::PaperPlan> paper_plan(const Case& given) {
  MUSTER_TRY_ASSIGN(const Decimal flop, given.decimal("H_flop"));
  MUSTER_TRY_ASSIGN(const std::uint64_t chips, given.count("chips"));
  MUSTER_TRY_ASSIGN(const Decimal flop_per_chip_day, given.decimal("flop_per_chip_day"));
  MUSTER_TRY_ASSIGN(const Decimal snapshots_per_day, given.decimal("snapshots_per_day"));
  MUSTER_TRY_ASSIGN(const Decimal period_days, given.decimal("T_m_days"));
  MUSTER_TRY_ASSIGN(const Decimal run_days, given.decimal("T_days"));
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("p"));
  const stats::PaperPlan plan{flop,     chips, flop_per_chip_day, snapshots_per_day, period_days,
                              run_days, target};
  MUSTER_TRY(stats::check(plan));
  return plan;
}

Result<Values> paper_eq1_and_exact(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::PaperPlan plan, paper_plan(given));
  const auto counts = stats::paper_counts(plan);
  const auto exact = stats::paper_exact(plan);
  return Values{{"s_eq1", counts ? Value(counts->per_period) : Value()},
                {"annual_eq1", counts ? Value(counts->per_year) : Value()},
                {"annual_eq1_rounded_up", counts ? Value(counts->whole_per_year) : Value()},
                {"k", exact ? Value(exact->violating) : Value()},
                {"n_period_exact", exact ? Value(exact->per_period) : Value()},
                {"p_period_target", exact ? Value(exact->period_target) : Value()}};
}

}  // namespace

void add_paper_kinds(Kinds& kinds) { kinds["paper_eq1_and_exact"] = paper_eq1_and_exact; }

}  // namespace muster::vectors
