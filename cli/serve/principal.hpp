#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"

namespace muster::serve {

/// What a caller is to the registry.
enum class Role : std::uint8_t {
  everyone,   ///< Nobody in particular: checkpoints, hash tiles, proofs of hashes.
  custodian,  ///< A carrier or warehouse: what is in its hands now.
  party,      ///< What it holds, held or is named in.
  verifier,   ///< An authority: what is or was in its countries, and what it opened itself.
  operator_,  ///< Runs the registry: everything.
};

[[nodiscard]] std::string_view role_name(Role role);
/// "party", "custodian", "verifier" or "operator". Errors: `invalid_input`.
Result<Role> parse_role(std::string_view text);

/// Who calls, as a token or a certificate of the configuration says. Never what the caller says.
struct Principal {
  Role role = Role::everyone;
  std::string party{};                   ///< Its id; empty for everyone.
  std::vector<std::string> countries{};  ///< Of a verifier: two letters each, or "*" for all.
  std::string name{};                    ///< Of the token or certificate, for logs.

  [[nodiscard]] bool is_known() const { return role != Role::everyone; }
  /// Whether a verifier answers for `country`.
  [[nodiscard]] bool covers(std::string_view country) const;
};

}  // namespace muster::serve
