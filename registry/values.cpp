#include "registry/values.hpp"

#include <array>

namespace muster::registry {
namespace {

constexpr std::array<std::string_view, 7> life_names{
    "made", "passed", "failed", "retired", "destroyed", "void", "out of scope"};
constexpr std::array<std::string_view, 3> provenance_names{"maker", "chokepoint",
                                                           "declared-legacy"};
constexpr std::array<std::string_view, 4> place_names{"loose", "in container", "in assembly",
                                                      "installed"};
constexpr std::array<std::string_view, 5> transport_names{"at site", "with carrier", "at receiver",
                                                          "at chokepoint", "returning"};
constexpr std::array<std::string_view, 4> assurance_names{"none", "bound", "fresh", "verified"};
constexpr std::array<std::string_view, 17> display_names{
    "void",      "destroyed",      "out of scope", "seized",     "stolen",   "lost",
    "missing",   "held at border", "quarantine",   "in transit", "released", "in repair",
    "installed", "retired",        "in stock",     "rejected",   "made"};

constexpr std::array<Flag, 10> flags_in_order{
    Flag::quarantine, Flag::hold,   Flag::lost,     Flag::stolen, Flag::seized,
    Flag::missing,    Flag::tamper, Flag::diverted, Flag::rma,    Flag::overdue};
constexpr std::array<std::string_view, 10> flag_names{"quarantine", "hold",    "lost",   "stolen",
                                                      "seized",     "missing", "tamper", "diverted",
                                                      "rma",        "overdue"};

constexpr std::array<Role, 13> roles_in_order{
    Role::registrar,  Role::authority,   Role::designer, Role::fab,      Role::packager,
    Role::test_house, Role::distributor, Role::prover,   Role::verifier, Role::inspector,
    Role::witness,    Role::destroyer,   Role::carrier};
constexpr std::array<std::string_view, 13> role_names{
    "registrar", "authority", "designer",  "fab",     "packager",  "test_house", "distributor",
    "prover",    "verifier",  "inspector", "witness", "destroyer", "carrier"};

}  // namespace

std::string_view name_of(Life value) { return life_names.at(static_cast<std::size_t>(value)); }
std::string_view name_of(Provenance value) {
  return provenance_names.at(static_cast<std::size_t>(value));
}
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

std::string_view name_of(Flag value) {
  for (std::size_t i = 0; i < flags_in_order.size(); ++i) {
    if (flags_in_order.at(i) == value) return flag_names.at(i);
  }
  return "unknown";
}

std::string_view name_of(Role value) {
  for (std::size_t i = 0; i < roles_in_order.size(); ++i) {
    if (roles_in_order.at(i) == value) return role_names.at(i);
  }
  return "unknown";
}

std::span<const Flag> all_flags() { return flags_in_order; }

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
