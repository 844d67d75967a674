#include "registry/values.hpp"

#include <array>

namespace muster::registry {
namespace {

constexpr std::array<std::string_view, 5> life_names{"made", "passed", "failed", "retired",
                                                     "destroyed"};
constexpr std::array<std::string_view, 4> place_names{"loose", "in container", "in assembly",
                                                      "installed"};
constexpr std::array<std::string_view, 5> transport_names{"at site", "with carrier", "at receiver",
                                                          "at chokepoint", "returning"};
constexpr std::array<std::string_view, 2> assurance_names{"none", "bound"};
constexpr std::array<std::string_view, 12> display_names{
    "destroyed", "stolen",    "lost",    "held at border", "quarantine", "in transit",
    "released",  "installed", "retired", "in stock",       "rejected",   "made"};

constexpr std::array<Role, 12> roles_in_order{Role::registrar,   Role::authority, Role::designer,
                                              Role::fab,         Role::packager,  Role::test_house,
                                              Role::distributor, Role::prover,    Role::verifier,
                                              Role::inspector,   Role::witness,   Role::destroyer};
constexpr std::array<std::string_view, 12> role_names{
    "registrar",   "authority", "designer", "fab",       "packager", "test_house",
    "distributor", "prover",    "verifier", "inspector", "witness",  "destroyer"};

}  // namespace

std::string_view name_of(Life value) { return life_names.at(static_cast<std::size_t>(value)); }
std::string_view name_of(Place value) { return place_names.at(static_cast<std::size_t>(value)); }
std::string_view name_of(Transport value) {
  return transport_names.at(static_cast<std::size_t>(value));
}
std::string_view name_of(Assurance value) {
  return assurance_names.at(static_cast<std::size_t>(value));
}
std::string_view name_of(Display value) {
  return display_names.at(static_cast<std::size_t>(value));
}

std::string_view name_of(Role value) {
  for (std::size_t i = 0; i < roles_in_order.size(); ++i) {
    if (roles_in_order.at(i) == value) return role_names.at(i);
  }
  return "unknown";
}

std::span<const Role> all_roles() { return roles_in_order; }

std::optional<Role> role_of(std::string_view name) {
  for (std::size_t i = 0; i < role_names.size(); ++i) {
    if (role_names.at(i) == name) return roles_in_order.at(i);
  }
  return std::nullopt;
}

std::string text_of_roles(RoleSet set) {
  if (set == any_role) return "any";
  std::string text;
  for (const Role role : roles_in_order) {
    if ((set & static_cast<RoleSet>(role)) == 0) continue;
    if (!text.empty()) text += " or ";
    text += name_of(role);
  }
  return text;
}

}  // namespace muster::registry
