#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "sampler/vectors_tool/value.hpp"

namespace muster::vectors {

/// One case of a file: its inputs by name, read as what a kind wants of them.
class Case {
 public:
  /// Errors: `invalid_input` unless an object with the texts `id` and `kind` and the objects
  /// `params` and `expected`.
  static Result<Case> parse(const Json& json);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& kind() const { return kind_; }
  [[nodiscard]] const Json& params() const { return params_; }
  [[nodiscard]] const Json& expected() const { return expected_; }

  /// Whether `name` is among the inputs, or among the expected results.
  [[nodiscard]] bool has(const char* name) const { return params_.contains(name); }
  [[nodiscard]] bool expects(const char* name) const { return expected_.contains(name); }

  // Each errs with `invalid_input`, naming the input, when it is missing or of another form.
  // Numbers may stand as JSON numbers or as decimal strings.
  Result<std::uint64_t> count(const char* name) const;
  Result<stats::Decimal> decimal(const char* name) const;
  Result<stats::Probability> probability(const char* name) const;
  Result<std::string> text(const char* name) const;
  Result<std::vector<std::uint64_t>> counts(const char* name) const;
  Result<std::vector<stats::Probability>> probabilities(const char* name) const;
  Result<std::vector<Json>> list(const char* name) const;

  /// N and k, with k <= N.
  Result<stats::Lot> lot() const;

 private:
  std::string id_;
  std::string kind_;
  Json params_;
  Json expected_;
};

/// A JSON number or decimal string, exactly.
/// Errors: `invalid_input`, naming `what`.
Result<stats::Decimal> decimal_from(const Json& json, const std::string& what);

/// The same, whole and not negative.
Result<std::uint64_t> count_from(const Json& json, const std::string& what);

/// Computes the results of a case of one kind.
using Evaluator = std::function<Result<Values>(const Case&)>;

/// The kinds that are evaluated, by name.
using Kinds = std::map<std::string, Evaluator>;

/// Every kind that is evaluated.
[[nodiscard]] Kinds all_kinds();

/// Single samples: detection, smallest n, bounds.
void add_sample_kinds(Kinds& kinds);
/// Sites, classes, visits and their worst placements.
void add_placement_kinds(Kinds& kinds);
/// Evaluation: posteriors, e-values, acceptance plans, levels, rounds, games.
void add_evaluation_kinds(Kinds& kinds);
/// Shavit's equation 1.
void add_paper_kinds(Kinds& kinds);
/// Tickets and verifiable random functions.
void add_draw_kinds(Kinds& kinds);

}  // namespace muster::vectors
