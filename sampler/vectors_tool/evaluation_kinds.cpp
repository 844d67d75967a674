#include "sampler/stats/acceptance.hpp"
#include "sampler/stats/rounds.hpp"
#include "sampler/stats/sequential.hpp"
#include "sampler/vectors_tool/case.hpp"

namespace muster::vectors {
namespace {

using stats::Decimal;
using stats::Probability;
using stats::Real;

Result<stats::Found> found(const Case& given, const char* inspected, const char* hits) {
  stats::Found found{};
  MUSTER_TRY_ASSIGN(found.size, given.count("N"));
  MUSTER_TRY_ASSIGN(found.inspected, given.count(inspected));
  MUSTER_TRY_ASSIGN(found.hits, given.count(hits));
  if (found.hits <= found.inspected && found.inspected <= found.size) return found;
  return failure(Errc::invalid_input,
                 std::string(hits) + ", " + inspected + ", N: want them in rising order");
}

Result<stats::BetaPrior> prior(const Case& given) {
  MUSTER_TRY_ASSIGN(const Decimal a, given.decimal("prior_a"));
  MUSTER_TRY_ASSIGN(const Decimal b, given.decimal("prior_b"));
  if (a.value() > 0 && b.value() > 0) return stats::BetaPrior{a, b};
  return failure(Errc::invalid_input, "prior: want a and b above 0");
}

Result<Values> bayes_upper_k(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::Found seen, found(given, "n", "x"));
  MUSTER_TRY_ASSIGN(const stats::BetaPrior before, prior(given));
  MUSTER_TRY_ASSIGN(const Probability confidence, given.probability("conf"));
  const stats::CredibleBound bound = stats::credible_upper(seen, before, confidence);
  return Values{{"upper", bound.upper}, {"posterior_cdf_at_upper", bound.probability}};
}

Result<Values> alpha_all_clean(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const stats::Found seen, found(given, "draws", "hits"));
  // One hit loses the whole stake of this bet.
  if (seen.hits > 0) return Values{{"e_value", Real(0)}, {"p_value", Real(1)}};
  return Values{{"e_value", Value::maybe(stats::clean_e_value(lot, seen.inspected))},
                {"p_value", stats::miss(lot, seen.inspected)}};
}

Result<Values> ppr_evalue(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::Found seen, found(given, "draws", "hits"));
  MUSTER_TRY_ASSIGN(const stats::BetaPrior before, prior(given));
  MUSTER_TRY_ASSIGN(const std::uint64_t violating, given.count("K"));
  if (violating > seen.size) return failure(Errc::invalid_input, "K: want at most N");
  return Values{{"R", Value::maybe(stats::prior_posterior_ratio(seen, violating, before))}};
}

Result<Values> chapman(const Case& given) {
  stats::TwoLists lists{};
  MUSTER_TRY_ASSIGN(lists.first, given.count("marked"));
  MUSTER_TRY_ASSIGN(lists.second, given.count("second_count"));
  MUSTER_TRY_ASSIGN(lists.both, given.count("recaptured"));
  if (lists.both > lists.first || lists.both > lists.second) {
    return failure(Errc::invalid_input, "recaptured: want at most marked and second_count");
  }
  return Values{{"N_hat", stats::to_real(stats::chapman_estimate(lists))},
                {"variance", stats::to_real(stats::chapman_variance(lists))}};
}

// Every expected name p_at_Pa_X asks for the share at acceptance probability X.
Result<Values> oc_binomial(const Case& given) {
  MUSTER_TRY_ASSIGN(const std::uint64_t inspected, given.count("n"));
  MUSTER_TRY_ASSIGN(const std::uint64_t accepted, given.count("c"));
  const std::string prefix = "p_at_Pa_";
  Values values;
  for (const auto& [name, expected] : given.expected().items()) {
    if (!name.starts_with(prefix)) continue;
    MUSTER_TRY_ASSIGN(const Probability accepts, Probability::parse(name.substr(prefix.size())));
    values[name] = Value::maybe(stats::quality_at(inspected, accepted, accepts));
  }
  return values;
}

Result<Values> per_prover_level(const Case& given) {
  MUSTER_TRY_ASSIGN(const std::uint64_t provers, given.count("provers"));
  MUSTER_TRY_ASSIGN(const Probability total, given.probability("total"));
  if (provers == 0) return failure(Errc::invalid_input, "provers: got 0, want 1 or more");
  const stats::LevelPerProver level = stats::level_per_prover(provers, total);
  return Values{{"bonferroni", level.bonferroni}, {"sidak", level.sidak}};
}

Result<Values> rounds(const Case& given) {
  MUSTER_TRY_ASSIGN(const stats::Lot lot, given.lot());
  MUSTER_TRY_ASSIGN(const std::uint64_t per_round, given.count("n_per_round"));
  MUSTER_TRY_ASSIGN(const std::uint64_t count, given.count("rounds"));
  if (per_round > lot.size) return failure(Errc::invalid_input, "n_per_round: want at most N");
  const stats::Rounds all = stats::rounds(lot, per_round, count);
  return Values{{"p_round", all.each},
                {"p_independent_rounds", all.independent},
                {"p_with_memory", all.with_memory},
                {"mean_rounds_to_detect", Value::maybe(all.mean_rounds)}};
}

Result<Values> sequential_game_value(const Case& given) {
  MUSTER_TRY_ASSIGN(const std::uint64_t periods, given.count("periods"));
  MUSTER_TRY_ASSIGN(const std::uint64_t inspections, given.count("inspections"));
  if (periods == 0) return failure(Errc::invalid_input, "periods: got 0, want 1 or more");
  return Values{
      {"value", stats::to_real(stats::sequential_inspection_value(periods, inspections))}};
}

Result<Values> one_unobserved_interim_inspection(const Case& given) {
  MUSTER_TRY_ASSIGN(const Decimal period, given.decimal("period"));
  MUSTER_TRY_ASSIGN(const std::uint64_t interim, given.count("interim"));
  if (interim != 1) return failure(Errc::invalid_input, "interim: want 1");
  const stats::InterimInspection plan = stats::interim_inspection(period);
  return Values{{"expected_detection_time", plan.expected_delay},
                {"deterministic_midpoint", stats::to_real(plan.midpoint)},
                {"support_end", plan.latest}};
}

}  // namespace

void add_evaluation_kinds(Kinds& kinds) {
  kinds["bayes_upper_K"] = bayes_upper_k;
  kinds["alpha_all_clean"] = alpha_all_clean;
  kinds["ppr_evalue"] = ppr_evalue;
  kinds["chapman"] = chapman;
  kinds["oc_binomial"] = oc_binomial;
  kinds["per_prover_level"] = per_prover_level;
  kinds["rounds"] = rounds;
  kinds["sequential_game_value"] = sequential_game_value;
  kinds["one_unobserved_interim_inspection"] = one_unobserved_interim_inspection;
}

}  // namespace muster::vectors
