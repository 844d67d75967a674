#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"
#include "ledger/base/timestamp.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::attestation {

/// What a compute rule measures.
enum class RuleQuantity : std::uint8_t {
  training_flop,    ///< Operations that went into one model, ancestors included.
  site_flop_per_s,  ///< Peak of all chips at one site.
};
[[nodiscard]] std::string_view rule_quantity_name(RuleQuantity quantity);

/// One limit of a law or a licence, with where it is written.
struct ComputeRule {
  std::string name;
  RuleQuantity quantity = RuleQuantity::training_flop;
  stats::Decimal above;  ///< Reached by more than this.
  Timestamp from;
  std::optional<Timestamp> until{};
  std::string meaning;      ///< What follows, in words.
  std::string not_checked;  ///< Conditions of it that no register knows; may be empty.
  std::string source;

  /// Whether it held at any moment of the window.
  [[nodiscard]] bool in_force_in(const Window& window) const {
    return from < window.to && (!until || *until > window.from);
  }
};

/// Reads a file as `data/rules/compute.json`.
/// Errors: `invalid_input`, naming the field: unknown or missing fields, a limit that is no
/// decimal above 0, a rule that stands twice, an end that is not after its beginning.
Result<std::vector<ComputeRule>> parse_compute_rules(std::string_view json);

/// How a subject stands to a rule.
enum class RuleOutcome : std::uint8_t {
  not_reached,
  reached,
  reached_by_default,  ///< Something from outside counts as the limit until it is shown to be less.
};
[[nodiscard]] std::string_view rule_outcome_name(RuleOutcome outcome);

/// By what is declared: `known` alone, and whether something unshown stands beside it.
[[nodiscard]] RuleOutcome rule_outcome(const ComputeRule& rule, const stats::Decimal& known,
                                       bool has_unshown);

}  // namespace muster::attestation
