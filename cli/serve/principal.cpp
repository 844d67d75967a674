#include "cli/serve/principal.hpp"

#include <algorithm>

namespace muster::serve {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::everyone:
      return "everyone";
    case Role::custodian:
      return "custodian";
    case Role::party:
      return "party";
    case Role::verifier:
      return "verifier";
    case Role::operator_:
      break;
  }
  return "operator";
}

Result<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::custodian, Role::party, Role::verifier, Role::operator_}) {
    if (text == role_name(role)) return role;
  }
  return failure(Errc::invalid_input, "role: got \"" + std::string(text) +
                                          "\", want party, custodian, verifier or operator");
}

bool Principal::covers(std::string_view country) const {
  return std::ranges::any_of(countries,
                             [&](const std::string& one) { return one == "*" || one == country; });
}

}  // namespace muster::serve
