#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "ledger/base/json_fields.hpp"
#include "registry/json_schema/evaluation.hpp"
#include "registry/json_schema/format.hpp"
#include "registry/json_schema/same.hpp"

namespace muster::json_schema {
namespace {

// Values of any type.

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "integer") {
    return value.is_number_integer() ||
           (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
  }
  if (type == "number") return value.is_number();
  return type == value.type_name();  // array, boolean, null, object, string
}

bool judge_type(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  const Json& types = keyword.argument;
  std::string wanted;
  for (const Json& type : types.is_array() ? types : Json::array({types})) {
    const std::string& name = type.get_ref<const std::string&>();
    if (is_of_type(spot.value, name)) return true;
    wanted += (wanted.empty() ? "" : " or ") + name;
  }
  return evaluation.fault(keyword, spot, "got " + json_kind(spot.value) + ", want " + wanted);
}

std::string short_text(const Json& value) {
  const std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() <= 80 ? text : text.substr(0, 77) + "...";
}

bool judge_enum(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  const bool found = std::ranges::any_of(
      keyword.argument, [&](const Json& choice) { return same(choice, spot.value); });
  return found || evaluation.fault(keyword, spot,
                                   "got " + short_text(spot.value) + ", want one of " +
                                       std::to_string(keyword.argument.size()) + " values");
}

bool judge_const(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  return same(keyword.argument, spot.value) ||
         evaluation.fault(
             keyword, spot,
             "got " + short_text(spot.value) + ", want " + short_text(keyword.argument));
}

// Numbers.

bool is_multiple(const Json& value, const Json& of) {
  if (value.is_number_integer() && of.is_number_integer() && !value.is_number_unsigned() &&
      !of.is_number_unsigned()) {
    const auto divisor = of.get<std::int64_t>();
    return divisor == 1 || value.get<std::int64_t>() % divisor == 0;
  }
  const double number = value.get<double>();
  const double divisor = of.get<double>();
  const double quotient = number / divisor;
  // Decimal fractions have no exact double: 0.0075 / 0.0001 is 75 but for its last bits.
  constexpr double exact_up_to = 4503599627370496;  // 2^52
  if (std::abs(quotient) >= exact_up_to) return std::fmod(number, divisor) == 0;
  const double nearest = std::nearbyint(quotient);
  return std::abs(quotient - nearest) <=
         std::abs(nearest) * 4 * std::numeric_limits<double>::epsilon();
}

template <class Good>
bool judge_number(Evaluation& evaluation, const Keyword& keyword, const Spot& spot,
                  std::string_view words, Good good) {
  if (!spot.value.is_number() || good(spot.value, keyword.argument)) return true;
  return evaluation.fault(
      keyword, spot,
      "got " + spot.value.dump() + ", want " + std::string(words) + " " + keyword.argument.dump());
}

bool judge_maximum(Evaluation& e, const Keyword& k, const Spot& s) {
  return judge_number(e, k, s, "at most", [](const Json& a, const Json& b) { return a <= b; });
}
bool judge_minimum(Evaluation& e, const Keyword& k, const Spot& s) {
  return judge_number(e, k, s, "at least", [](const Json& a, const Json& b) { return a >= b; });
}
bool judge_below(Evaluation& e, const Keyword& k, const Spot& s) {
  return judge_number(e, k, s, "less than", [](const Json& a, const Json& b) { return a < b; });
}
bool judge_above(Evaluation& e, const Keyword& k, const Spot& s) {
  return judge_number(e, k, s, "more than", [](const Json& a, const Json& b) { return a > b; });
}
bool judge_multiple(Evaluation& e, const Keyword& k, const Spot& s) {
  return judge_number(e, k, s, "a multiple of", is_multiple);
}

// Sizes.

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// A limit on a size. Limits are non-negative, and may be written as 2.0.
bool judge_size(Evaluation& evaluation, const Keyword& keyword, const Spot& spot,
                std::size_t found) {
  const double limit = keyword.argument.get<double>();
  const bool most = keyword.name.starts_with("max");
  const auto size = static_cast<double>(found);
  if (most ? size <= limit : size >= limit) return true;
  return evaluation.fault(keyword, spot,
                          "got " + std::to_string(found) + ", want at " +
                              (most ? "most " : "least ") + keyword.argument.dump());
}

bool judge_length(Evaluation& e, const Keyword& k, const Spot& s) {
  return !s.value.is_string() ||
         judge_size(e, k, s, code_points(s.value.get_ref<const std::string&>()));
}
bool judge_items_count(Evaluation& e, const Keyword& k, const Spot& s) {
  return !s.value.is_array() || judge_size(e, k, s, s.value.size());
}
bool judge_property_count(Evaluation& e, const Keyword& k, const Spot& s) {
  return !s.value.is_object() || judge_size(e, k, s, s.value.size());
}

// Text.

bool judge_pattern(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!spot.value.is_string()) return true;
  if (evaluation.matches(evaluation.pattern(keyword.argument),
                         spot.value.get_ref<const std::string&>())) {
    return true;
  }
  return evaluation.fault(
      keyword, spot,
      "got " + short_text(spot.value) + ", want the form " + short_text(keyword.argument));
}

bool judge_format(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  if (!evaluation.judges_formats() || !spot.value.is_string()) return true;
  const std::string& format = keyword.argument.get_ref<const std::string&>();
  if (has_format(format, spot.value.get_ref<const std::string&>())) return true;
  return evaluation.fault(keyword, spot,
                          "got " + short_text(spot.value) + ", want the format " + format);
}

// Alternatives.

/// Of the faults of several alternatives, the one farthest inside is the most telling.
bool judge_any_of(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  std::vector<Fault> nearest;
  std::size_t deepest = 0;
  for (const Json& inner : keyword.argument) {
    std::vector<Fault> faults;
    if (evaluation.check(inner, spot.with(spot.faults == nullptr ? nullptr : &faults, 1)))
      return true;
    if (faults.empty()) continue;
    const auto depth = static_cast<std::size_t>(std::ranges::count(faults.front().instance, '/'));
    if (nearest.empty() || depth > deepest) nearest = std::move(faults);
    deepest = std::max(deepest, depth);
  }
  if (deepest > spot.place.depth() && !nearest.empty()) {
    spot.faults->push_back(std::move(nearest.front()));
    return false;
  }
  const std::string first = nearest.empty() ? "" : "; " + nearest.front().message;
  return evaluation.fault(
      keyword, spot,
      "fits none of " + std::to_string(keyword.argument.size()) + " alternatives" + first);
}

bool judge_one_of(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  const auto count = std::ranges::count_if(keyword.argument, [&](const Json& inner) {
    return evaluation.check(inner, spot.with(nullptr, 1));
  });
  return count == 1 ||
         evaluation.fault(keyword, spot,
                          "fits " + std::to_string(count) + " of " +
                              std::to_string(keyword.argument.size()) + " alternatives, want one");
}

bool judge_all_of(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  bool good = true;
  for (const Json& inner : keyword.argument) {
    good = evaluation.check(inner, spot) && good;
    if (!good && spot.enough()) break;
  }
  return good;
}

bool judge_not(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  return !evaluation.check(keyword.argument, spot.with(nullptr, 1)) ||
         evaluation.fault(keyword, spot, "is what may not stand here");
}

bool judge_if(Evaluation& evaluation, const Keyword& keyword, const Spot& spot) {
  const bool holds = evaluation.check(keyword.argument, spot.with(nullptr, 1));
  const auto branch = keyword.schema.find(holds ? "then" : "else");
  return branch == keyword.schema.end() || evaluation.check(*branch, spot);
}

constexpr std::array<Rule, 21> rules{{{"allOf", judge_all_of},
                                      {"anyOf", judge_any_of},
                                      {"const", judge_const},
                                      {"enum", judge_enum},
                                      {"exclusiveMaximum", judge_below},
                                      {"exclusiveMinimum", judge_above},
                                      {"format", judge_format},
                                      {"if", judge_if},
                                      {"maxItems", judge_items_count},
                                      {"maxLength", judge_length},
                                      {"maxProperties", judge_property_count},
                                      {"maximum", judge_maximum},
                                      {"minItems", judge_items_count},
                                      {"minLength", judge_length},
                                      {"minProperties", judge_property_count},
                                      {"minimum", judge_minimum},
                                      {"multipleOf", judge_multiple},
                                      {"not", judge_not},
                                      {"oneOf", judge_one_of},
                                      {"pattern", judge_pattern},
                                      {"type", judge_type}}};

}  // namespace

const Rule* rule_of(std::string_view keyword) {
  const auto found = std::ranges::find(rules, keyword, &Rule::keyword);
  return found == rules.end() ? rule_of_contents(keyword) : &*found;
}

}  // namespace muster::json_schema
