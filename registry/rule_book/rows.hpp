#pragma once

#include <array>
#include <span>

#include "registry/rule_book/rule_book.hpp"

// The rows of the rule book, by rising code, in two parts.

namespace muster::registry {

[[nodiscard]] std::span<const RuleText> rules_a_to_g();
[[nodiscard]] std::span<const RuleText> rules_h_to_z();

}  // namespace muster::registry
