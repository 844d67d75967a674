#pragma once

#include <string_view>
#include <vector>

namespace muster::registry {

/// A rule of the registry: its stable code, and what it wants in one sentence. A refusal says,
/// beside both, what was got and the present state.
struct RuleText {
  std::string_view code;
  std::string_view wants;
};

/// All rules, by rising code.
[[nodiscard]] std::vector<RuleText> rule_book();

/// What the rule with this code wants; empty for a code that is none of the registry's.
[[nodiscard]] std::string_view rule_wants(std::string_view code);

}  // namespace muster::registry
