#include "sampler/plan/size.hpp"

#include "sampler/plan/json_values.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/replacement.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::sampler {
namespace {

std::string text_of(const Probability& value) {
  return value.exact() ? value.exact()->text() : stats::digits(stats::Real(1 - value.complement()));
}

Json queries_json(const SizeQuestion& question, const std::optional<std::uint64_t>& sample) {
  if (!question.queries || !sample) return Json();
  const ExpectedQueries queries = expected_queries(*sample, *question.queries);
  return Json{{"expected", stats::digits(queries.queries)},
              {"any", stats::digits(queries.any_query)},
              {"mean_close_days", question.queries->mean_close_days.text()},
              {"honest_prover_keeps_a_hit", stats::digits(queries.honest_hit)}};
}

}  // namespace

Result<Json> size_json(const SizeQuestion& question) {
  constexpr std::uint64_t most = std::uint64_t{1} << 53U;
  if (question.population >= most || question.violation_chips == 0 ||
      question.violation_chips > question.population) {
    return failure(Errc::invalid_input,
                   "violation_chips: got " + std::to_string(question.violation_chips) +
                       ", want 1 to the population of " + std::to_string(question.population));
  }
  const stats::Lot lot{question.population, question.violation_chips};
  const bool perfect = question.detection.is_one();
  const auto sample = perfect ? stats::min_sample(lot, question.target)
                              : stats::min_sample(lot, question.detection, question.target);
  Json power;
  Json miss;
  if (sample) {
    const stats::Real missed =
        perfect ? stats::miss(lot, *sample) : stats::miss(lot, *sample, question.detection);
    miss = stats::digits(missed);
    power = stats::digits(perfect ? stats::detection(lot, *sample) : stats::Real(1 - missed));
  }
  const auto iaea = stats::iaea_sizes(lot, question.target);
  return Json{
      {"population", integer(question.population)},
      {"violation_chips", integer(question.violation_chips)},
      {"target", text_of(question.target)},
      {"detection", text_of(question.detection)},
      {"sample_size", optional_integer(sample)},
      {"power", power},
      {"miss", miss},
      {"rules", Json{{"exact", optional_integer(sample)},
                     {"with_replacement",
                      optional_integer(stats::min_sample_with_replacement(lot, question.target))},
                     {"iaea", iaea ? integer(iaea->corrected) : Json()}}},
      {"queries", queries_json(question, sample)},
      {"reachable", sample.has_value()}};
}

Result<Json> paper_json(const stats::PaperPlan& plan) {
  MUSTER_TRY(stats::check(plan));
  const auto counts = stats::paper_counts(plan);
  return Json{{"per_period", counts ? Json(stats::digits(counts->per_period)) : Json()},
              {"per_year", counts ? integer(counts->whole_per_year) : Json()},
              {"reachable", counts.has_value()}};
}

}  // namespace muster::sampler
