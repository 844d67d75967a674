#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/field.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// The parameters that a policy may set, as fields of a body: `log.genesis` brings the first
/// policy, `policy.change` each later one. A parameter that is left out has its default.
[[nodiscard]] std::span<const Field> policy_fields();

/// How old a PASS of screening may be, in days, where the policy does not say.
inline constexpr std::uint64_t default_screening_days = 30;

/// How many days before a chip leaves its log may have been read for the last time, where the
/// policy does not say.
inline constexpr std::uint64_t default_exit_read_days = 7;

/// Whether `parameters` are known, and each of its type.
/// Errors: `refused`, `policy.parameter`.
Result<void> check_policy(const Json& parameters);

/// The parameters in force at one index. Rules and effects ask it; nothing else may.
class Policy final {
 public:
  /// The policy that judges the statement at `index`: the newest whose effective index is not
  /// above.
  Policy(const State& state, Index32 index);

  /// The number, or `fallback` where the policy says nothing.
  [[nodiscard]] std::uint64_t number(std::string_view parameter, std::uint64_t fallback) const;
  /// Whether the parameter is true; false where the policy says nothing.
  [[nodiscard]] bool demands(std::string_view parameter) const;
  /// The names that the parameter lists; none where the policy says nothing.
  [[nodiscard]] std::vector<std::string> list(std::string_view parameter) const;

 private:
  Json parameters_;
};

}  // namespace muster::registry
