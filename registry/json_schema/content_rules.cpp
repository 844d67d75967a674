#include <algorithm>
#include <array>

#include "registry/json_schema/evaluation.hpp"
#include "registry/json_schema/same.hpp"

// Keywords about what arrays and objects hold.

namespace muster::json_schema {
namespace {

bool check_item(Evaluation& evaluation, const Json& schema, const Spot& spot, std::size_t index) {
  const Place place = spot.place.at(index);
  return evaluation.check(schema, {spot.value[index], place, spot.faults, spot.most});
}

bool check_items(Evaluation& evaluation, const Json& schema, const Spot& spot, std::size_t first) {
  bool good = true;
  for (std::size_t i = first; i < spot.value.size(); ++i) {
    good = check_item(evaluation, schema, spot, i) && good;
    if (!good && spot.enough()) break;
  }
  return good;
}

bool judge_items(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_array()) return true;
  if (!keyword.argument.is_array()) return check_items(evaluation, keyword.argument, spot, 0);
  bool good = true;
  const std::size_t count = std::min(keyword.argument.size(), spot.value.size());
  for (std::size_t i = 0; i < count; ++i) {
    good = check_item(evaluation, keyword.argument[i], spot, i) && good;
    if (!good && spot.enough()) break;
  }
  return good;
}

bool judge_additional_items(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  const auto items = keyword.schema.find("items");
  if (!spot.value.is_array() || items == keyword.schema.end() || !items->is_array()) return true;
  return check_items(evaluation, keyword.argument, spot, items->size());
}

bool judge_contains(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_array()) return true;
  for (const Json& item : spot.value) {
    if (evaluation.check(keyword.argument, {item, spot.place, nullptr, 1})) return true;
  }
  return evaluation.fault(keyword, spot, "no item is what one should be");
}

bool judge_unique(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_array() || !keyword.argument.get<bool>()) return true;
  const auto twin = first_twin(spot.value);
  return !twin || evaluation.fault(keyword, spot,
                                   "items " + std::to_string(twin->first) + " and " +
                                       std::to_string(twin->second) + " are equal");
}

bool check_property(Evaluation& evaluation, const Json& schema, const Spot& spot,
                    const std::string& key, const Json& value) {
  const Place place = spot.place.at(key);
  return evaluation.check(schema, {value, place, spot.faults, spot.most});
}

bool judge_properties(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_object()) return true;
  bool good = true;
  for (const auto& [key, value] : spot.value.items()) {
    const auto schema = keyword.argument.find(key);
    if (schema == keyword.argument.end()) continue;
    good = check_property(evaluation, *schema, spot, key, value) && good;
    if (!good && spot.enough()) break;
  }
  return good;
}

bool judge_pattern_properties(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_object()) return true;
  bool good = true;
  for (const Json& schema : keyword.argument) {
    for (const auto& [key, value] : spot.value.items()) {
      if (!evaluation.matches(evaluation.pattern(schema), key)) continue;
      good = check_property(evaluation, schema, spot, key, value) && good;
      if (!good && spot.enough()) return false;
    }
  }
  return good;
}

/// Whether `properties` or `patternProperties` of the same schema speak of `key`.
bool is_spoken_of(Evaluation& evaluation, const Json& schema, const std::string& key) {
  const auto properties = schema.find("properties");
  if (properties != schema.end() && properties->contains(key)) return true;
  const auto patterns = schema.find("patternProperties");
  return patterns != schema.end() && std::ranges::any_of(*patterns, [&](const Json& inner) {
           return evaluation.matches(evaluation.pattern(inner), key);
         });
}

bool judge_additional_properties(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_object()) return true;
  bool good = true;
  for (const auto& [key, value] : spot.value.items()) {
    if (is_spoken_of(evaluation, keyword.schema, key)) continue;
    good = check_property(evaluation, keyword.argument, spot, key, value) && good;
    if (!good && spot.enough()) break;
  }
  return good;
}

bool judge_property_names(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_object()) return true;
  bool good = true;
  for (const auto& [key, value] : spot.value.items()) {
    const Json name(key);
    if (evaluation.check(keyword.argument, {name, spot.place, nullptr, 1})) continue;
    const Place place = spot.place.at(key);
    good = evaluation.fault(keyword, {value, place, spot.faults, spot.most},
                            "this name may not stand here");
    if (spot.enough()) break;
  }
  return good;
}

bool has_all(Evaluation& evaluation, const Keyword& keyword, const Json& names, const Spot& spot) {
  bool good = true;
  for (const Json& name : names) {
    if (spot.value.contains(name.get_ref<const std::string&>())) continue;
    good = evaluation.fault(keyword, spot, name.get_ref<const std::string&>() + ": missing");
    if (spot.enough()) break;
  }
  return good;
}

bool judge_required(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  return !spot.value.is_object() || has_all(evaluation, keyword, keyword.argument, spot);
}

bool judge_dependencies(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_object()) return true;
  bool good = true;
  for (const auto& [key, wanted] : keyword.argument.items()) {
    if (!spot.value.contains(key)) continue;
    good = (wanted.is_array() ? has_all(evaluation, keyword, wanted, spot)
                              : evaluation.check(wanted, spot)) &&
           good;
    if (!good && spot.enough()) break;
  }
  return good;
}

constexpr std::array<Rule, 10> content_rules{{{"additionalItems", judge_additional_items},
                                              {"additionalProperties", judge_additional_properties},
                                              {"contains", judge_contains},
                                              {"dependencies", judge_dependencies},
                                              {"items", judge_items},
                                              {"patternProperties", judge_pattern_properties},
                                              {"properties", judge_properties},
                                              {"propertyNames", judge_property_names},
                                              {"required", judge_required},
                                              {"uniqueItems", judge_unique}}};

}  // namespace

const Rule* rule_of_contents(std::string_view keyword) {
  const auto found = std::ranges::find(content_rules, keyword, &Rule::keyword);
  return found == content_rules.end() ? nullptr : &*found;
}

}  // namespace muster::json_schema
