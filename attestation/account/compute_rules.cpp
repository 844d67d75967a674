#include "attestation/account/compute_rules.hpp"

#include <set>

#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

using stats::Decimal;

Result<RuleQuantity> quantity_of(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("quantity"));
  for (const RuleQuantity quantity : {RuleQuantity::training_flop, RuleQuantity::site_flop_per_s}) {
    if (rule_quantity_name(quantity) == text) return quantity;
  }
  return failure(Errc::invalid_input, fields.path("quantity") + ": got \"" + text +
                                          "\", want training_flop or site_flop_per_s");
}

Result<Decimal> limit_of(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text("above"));
  auto limit = Decimal::parse(text);
  if (!limit) return failure(std::move(limit.error()).during(fields.path("above")));
  if (*limit > Decimal()) return limit;
  return failure(Errc::invalid_input,
                 fields.path("above") + ": got " + text + ", want more than 0");
}

Result<Timestamp> day(FieldReader& fields, std::string_view key, const std::string& text) {
  auto value = Timestamp::parse_day_or_instant(text);
  if (!value) return failure(std::move(value.error()).during(fields.path(key)));
  return *value;
}

Result<ComputeRule> rule_of(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ComputeRule rule;
  MUSTER_TRY_ASSIGN(rule.name, fields.text("rule"));
  MUSTER_TRY_ASSIGN(rule.quantity, quantity_of(fields));
  MUSTER_TRY_ASSIGN(rule.above, limit_of(fields));
  MUSTER_TRY_ASSIGN(const std::string from, fields.text("effective_from"));
  MUSTER_TRY_ASSIGN(rule.from, day(fields, "effective_from", from));
  MUSTER_TRY_ASSIGN(const auto until, fields.optional_text("effective_until"));
  if (until) {
    MUSTER_TRY_ASSIGN(rule.until, day(fields, "effective_until", *until));
    if (*rule.until <= rule.from) {
      return failure(Errc::invalid_input, fields.path("effective_until") +
                                              ": got a day that is not after effective_from");
    }
  }
  MUSTER_TRY_ASSIGN(rule.meaning, fields.text("meaning"));
  MUSTER_TRY_ASSIGN(const auto not_checked, fields.optional_text("not_checked"));
  rule.not_checked = not_checked.value_or("");
  MUSTER_TRY_ASSIGN(rule.source, fields.text("source"));
  MUSTER_TRY(fields.finish());
  return rule;
}

}  // namespace

std::string_view rule_quantity_name(RuleQuantity quantity) {
  return quantity == RuleQuantity::training_flop ? "training_flop" : "site_flop_per_s";
}

Result<std::vector<ComputeRule>> parse_compute_rules(std::string_view json) {
  MUSTER_TRY_ASSIGN(const Json document, parse_json(json));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(document, "rules"));
  MUSTER_TRY(fields.text("id"));
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("rules"));
  MUSTER_TRY(fields.finish());
  std::vector<ComputeRule> rules;
  std::set<std::string> names;
  rules.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string where = "rules.rules[" + std::to_string(i) + "]";
    MUSTER_TRY_ASSIGN(ComputeRule rule, rule_of((*list)[i], where));
    if (!names.insert(rule.name).second) {
      return failure(Errc::invalid_input, where + ".rule: got \"" + rule.name + "\" a second time");
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::string_view rule_outcome_name(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::not_reached:
      return "not reached";
    case RuleOutcome::reached:
      return "reached";
    case RuleOutcome::reached_by_default:
      return "reached by default";
  }
  return "";
}

RuleOutcome rule_outcome(const ComputeRule& rule, const Decimal& known, bool has_unshown) {
  if (known > rule.above) return RuleOutcome::reached;
  return has_unshown ? RuleOutcome::reached_by_default : RuleOutcome::not_reached;
}

}  // namespace muster::attestation
