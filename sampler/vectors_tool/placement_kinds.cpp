#include <numeric>

#include "sampler/stats/colocated.hpp"
#include "sampler/stats/placement.hpp"
#include "sampler/vectors_tool/case.hpp"

namespace muster::vectors {
namespace {

using stats::Decimal;
using stats::Probability;
using stats::Real;
using stats::Stratum;

using Counts = std::vector<std::uint64_t>;

constexpr std::uint64_t largest_run = 1000000;

List list_of(const Counts& counts) { return List(counts.begin(), counts.end()); }

// A placement problem: strata with whole weights, and what the run must weigh.
struct Problem {
  std::vector<Stratum> strata;
  std::uint64_t run = 0;
};

Result<std::uint64_t> run_size(std::uint64_t run) {
  if (run <= largest_run) return run;
  return failure(Errc::invalid_input, "run: got " + std::to_string(run) + ", want at most 10^6");
}

Result<Problem> sites(const Case& given) {
  Problem problem;
  MUSTER_TRY_ASSIGN(const Counts sizes, given.counts("N"));
  for (const std::uint64_t size : sizes) problem.strata.push_back({size, 1});
  MUSTER_TRY_ASSIGN(const std::uint64_t chips, given.count("k"));
  MUSTER_TRY_ASSIGN(problem.run, run_size(chips));
  if (sizes.empty()) return failure(Errc::invalid_input, "N: want at least one site");
  return problem;
}

// Weights may have decimals: all are multiplied by what makes them whole.
Result<Problem> classes(const Case& given) {
  MUSTER_TRY_ASSIGN(const std::vector<Json> items, given.list("classes"));
  MUSTER_TRY_ASSIGN(const Decimal run, given.decimal("W"));
  std::vector<Decimal> weights;
  Problem problem;
  stats::BigInt scale = denominator(run.value());
  for (const Json& item : items) {
    if (!item.is_object() || !item.contains("w") || !item.contains("N")) {
      return failure(Errc::invalid_input, "classes: want objects of w and N");
    }
    MUSTER_TRY_ASSIGN(const Decimal weight, decimal_from(item.at("w"), "w"));
    MUSTER_TRY_ASSIGN(const std::uint64_t size, count_from(item.at("N"), "N"));
    if (weight.value() <= 0) return failure(Errc::invalid_input, "w: want above 0");
    weights.push_back(weight);
    problem.strata.push_back({size, 1});
    scale = lcm(scale, denominator(weight.value()));
  }
  if (items.empty()) return failure(Errc::invalid_input, "classes: want at least one");
  const Decimal factor{stats::Rational(scale)};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    MUSTER_TRY_ASSIGN(problem.strata[i].weight, stats::count_from(weights[i] * factor, "w"));
  }
  MUSTER_TRY_ASSIGN(const std::uint64_t whole_run, stats::count_from(run * factor, "W"));
  MUSTER_TRY_ASSIGN(problem.run, run_size(whole_run));
  return problem;
}

Result<Counts> quotas(const Case& given, const std::vector<Stratum>& strata) {
  MUSTER_TRY_ASSIGN(const Counts counts, given.counts("n"));
  bool fits = counts.size() == strata.size();
  for (std::size_t i = 0; fits && i < counts.size(); ++i) fits = counts[i] <= strata[i].size;
  if (!fits) return failure(Errc::invalid_input, "n: want one for each N, and none above it");
  return counts;
}

Result<Values> strat_worst_case(const Case& given) {
  MUSTER_TRY_ASSIGN(const Problem problem, sites(given));
  MUSTER_TRY_ASSIGN(const Counts counts, quotas(given, problem.strata));
  const auto worst = stats::worst_placement(problem.strata, counts, problem.run);
  if (!worst) return Values{{"p_detect_worst", Value()}, {"p_miss_worst", Value()}};
  return Values{{"p_detect_worst", Real(1 - worst->miss)}, {"p_miss_worst", worst->miss}};
}

Value total_of(const std::optional<Counts>& counts) {
  if (!counts) return {};
  return std::accumulate(counts->begin(), counts->end(), std::uint64_t{0});
}

Result<Values> strat_min_total(const Case& given) {
  MUSTER_TRY_ASSIGN(const Problem problem, sites(given));
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  const auto smallest = stats::smallest_quotas(problem.strata, problem.run, target);
  stats::Lot pooled{0, problem.run};
  for (const Stratum& stratum : problem.strata) pooled.size += stratum.size;
  const bool possible = pooled.violating <= pooled.size;
  return Values{{"total", total_of(smallest)},
                {"srs_n", possible ? Value::maybe(min_sample(pooled, target)) : Value()}};
}

// A maximiser is as good as another: the expected one is repeated if it is one.
Value confirmed_placement(const Case& given, const Problem& problem, const Counts& counts,
                          const stats::WorstPlacement& worst) {
  Counts expected;
  if (given.expects("worst_k") && given.expected().at("worst_k").is_array()) {
    for (const Json& item : given.expected().at("worst_k")) {
      const auto count = count_from(item, "worst_k");
      if (count) expected.push_back(*count);
    }
  }
  bool usable = expected.size() == problem.strata.size();
  stats::BigInt weight = 0;
  for (std::size_t i = 0; usable && i < expected.size(); ++i) {
    usable = expected[i] <= problem.strata[i].size;
    weight += stats::BigInt(expected[i]) * problem.strata[i].weight;
  }
  if (usable && weight >= problem.run) {
    const Real missed = stats::placement_miss(problem.strata, counts, expected);
    if (abs(missed - worst.miss) <= worst.miss * Real("1e-12")) return list_of(expected);
  }
  return list_of(worst.violating);
}

Result<Values> weighted_worst_case(const Case& given) {
  MUSTER_TRY_ASSIGN(const Problem problem, classes(given));
  MUSTER_TRY_ASSIGN(const Counts counts, quotas(given, problem.strata));
  const auto worst = stats::worst_placement(problem.strata, counts, problem.run);
  if (!worst)
    return Values{{"p_detect_worst", Value()}, {"p_miss_worst", Value()}, {"worst_k", Value()}};
  return Values{{"p_detect_worst", Real(1 - worst->miss)},
                {"p_miss_worst", worst->miss},
                {"worst_k", confirmed_placement(given, problem, counts, *worst)}};
}

Result<Values> weighted_min_total(const Case& given) {
  MUSTER_TRY_ASSIGN(const Problem problem, classes(given));
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  if (problem.run == 0) return failure(Errc::invalid_input, "W: want above 0");
  const Counts bound = stats::rate_quotas(problem.strata, problem.run, target);
  return Values{{"total", total_of(smallest_quotas(problem.strata, problem.run, target))},
                {"allocation_bound", list_of(bound)},
                {"allocation_bound_total", total_of(bound)}};
}

Result<Values> visit_worst_case(const Case& given) {
  MUSTER_TRY_ASSIGN(const Problem problem, sites(given));
  MUSTER_TRY_ASSIGN(const Counts counts, quotas(given, problem.strata));
  MUSTER_TRY_ASSIGN(const std::vector<Probability> visited, given.probabilities("visit_prob"));
  if (visited.size() != counts.size()) {
    return failure(Errc::invalid_input, "visit_prob: want one for each N");
  }
  std::vector<stats::Visit> visits;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    visits.push_back({problem.strata[i].size, counts[i], visited[i]});
  }
  const auto worst = stats::worst_placement(visits, problem.run);
  if (!worst) return Values{{"p_detect_worst", Value()}, {"p_miss_worst", Value()}};
  return Values{{"p_detect_worst", Real(1 - worst->miss)}, {"p_miss_worst", worst->miss}};
}

Result<Values> colocated_min_cost(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const Decimal visit_cost, given.decimal("visit_cost"));
  MUSTER_TRY_ASSIGN(const Decimal chip_cost, given.decimal("chip_cost"));
  MUSTER_TRY_ASSIGN(const Probability target, given.probability("target"));
  if (visit_cost.value() < 0 || chip_cost.value() < 0) {
    return failure(Errc::invalid_input, "cost: want 0 or more");
  }
  const auto plan = stats::colocated_plan({lot, visit_cost, chip_cost}, target);
  if (!plan) return Values{{"min_expected_cost", Value()}, {"support_n", Value()}};
  return Values{{"min_expected_cost", plan->expected_cost}, {"support_n", list_of(plan->samples)}};
}

}  // namespace

void add_placement_kinds(Kinds& kinds) {
  kinds["strat_worst_case"] = strat_worst_case;
  kinds["strat_min_total"] = strat_min_total;
  kinds["weighted_worst_case"] = weighted_worst_case;
  kinds["weighted_min_total"] = weighted_min_total;
  kinds["visit_worst_case"] = visit_worst_case;
  kinds["colocated_min_cost"] = colocated_min_cost;
}

}  // namespace muster::vectors
