#pragma once

#include "registry/kinds/groups.hpp"

// What granting and amending a licence have in common.

namespace muster::registry {

/// Whom and what a licence names, as it stands or as it will.
struct Named {
  std::vector<std::string> consignees{};
  std::vector<std::string> end_users{};
  std::vector<std::string> countries{};
  std::vector<std::string> products{};
};

/// The fields of one cap.
inline constexpr std::array<Field, 11> cap_fields{
    {{"cap", FieldType::name},
     {"consignee", FieldType::name, false},
     {"end_user", FieldType::name, false},
     {"country", FieldType::country, false},
     {"product", FieldType::name, false},
     {"period", FieldType::text, false, "month|quarter|year"},
     {"max_units", FieldType::positive, false},
     {"max_tpp", FieldType::positive, false},
     {"percent", FieldType::positive, false},
     {"of_country", FieldType::country, false},
     {"measure", FieldType::text, false, "units|tpp"}}};

/// `now`, with what the body gives in place of what stands.
[[nodiscard]] Named named_by(const Body& body, Named now = {});

/// Whether its parties and products are registered.
/// Errors: `party.unknown`, `product.unknown`.
Result<void> named_are_known(const Case& found, const Named& named);

/// Whether every cap of the body limits something, and something that the licence names.
/// Errors: `licence.cap_form`.
Result<void> caps_are_sound(const Body& body, const Named& named);

/// A cap as a record of the body sets it.
[[nodiscard]] Cap cap_of(const Body& cap, const std::string& licence, RowN row);

/// Adds the caps of the body to the licence, with what is drawn on them already.
void add_caps(State& state, const Body& body, RowN licence);

}  // namespace muster::registry
