#include "registry/policy.hpp"

#include <array>

#include "registry/body.hpp"

namespace muster::registry {

std::span<const Field> policy_fields() {
  static constexpr std::array<Field, 7> fields{{
      {"attest_hours", FieldType::positive, false},
      {"exceptions", FieldType::names, false},
      {"exit_read_days", FieldType::positive, false},
      {"lots_required", FieldType::boolean, false},
      {"opened_before_release", FieldType::boolean, false},
      {"remote_access_barred", FieldType::countries, false},
      {"screening_days", FieldType::positive, false},
  }};
  return fields;
}

Result<void> check_policy(const Json& parameters) {
  const auto fits = check_fields(policy_fields(), parameters, "policy");
  if (fits) return {};
  return refusal("policy.parameter", fits.error().message);
}

Policy::Policy(const State& state, Index32 index) {
  for (const PolicyRow& row : state.tables().policies.rows()) {
    if (row.effective > index) continue;
    auto parsed = parse_foreign_json(row.parameters);
    MUSTER_CHECK(parsed.has_value());
    parameters_ = std::move(parsed.value());
  }
}

std::uint64_t Policy::number(std::string_view parameter, std::uint64_t fallback) const {
  return Body(parameters_).integer_or(parameter, fallback);
}

bool Policy::demands(std::string_view parameter) const {
  const Body body(parameters_);
  return body.has(parameter) && body.boolean(parameter);
}

std::vector<std::string> Policy::list(std::string_view parameter) const {
  return Body(parameters_).list(parameter);
}

}  // namespace muster::registry
