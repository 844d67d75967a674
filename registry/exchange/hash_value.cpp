#include "registry/exchange/hash_value.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "ledger/base/timestamp.hpp"
#include "registry/gs1/digital_link.hpp"
#include "registry/json_schema/ascii.hpp"
#include "registry/json_schema/instant.hpp"

namespace muster::exchange {
namespace {

struct Replacement {
  std::string_view urn;
  std::string_view uri;
};
constexpr std::array<Replacement, 5> replacements{{{"urn:epcglobal:cbv:bizstep:", "BizStep-"},
                                                   {"urn:epcglobal:cbv:disp:", "Disp-"},
                                                   {"urn:epcglobal:cbv:btt:", "BTT-"},
                                                   {"urn:epcglobal:cbv:sdt:", "SDT-"},
                                                   {"urn:epcglobal:cbv:er:", "ER-"}}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\n\r\f\v";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// Digits with a sign, a fraction and an exponent, each of which may be missing.
std::optional<double> number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  const bool begins = !digits.empty() &&
                      (json_schema::is_digit(digits[0]) ||
                       (digits[0] == '.' && digits.size() > 1 && json_schema::is_digit(digits[1])));
  if (!begins) return std::nullopt;
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string hash_number(double value) {
  std::array<char, 400> text{};
  const double size = std::abs(value);
  const bool tiny = size != 0 && size < 1e-4;
  const auto [end, problem] =
      std::to_chars(text.data(), text.data() + text.size(), value == 0 ? 0.0 : value,
                    tiny ? std::chars_format::scientific : std::chars_format::fixed);
  static_cast<void>(problem);  // 309 digits and a sign fit
  return {text.data(), end};
}

std::string hash_text(std::string_view text, const HashContext& context) {
  std::string value = context.namespaces.expanded(trimmed(text), !context.expands_all);
  for (const Replacement& replacement : replacements) {
    if (!value.starts_with(replacement.urn)) continue;
    value = std::string(cbv_namespace) + std::string(replacement.uri) +
            value.substr(replacement.urn.size());
  }
  if (const auto number = number_in(value)) return hash_number(*number);
  if (auto link = gs1::digital_link(value)) return std::move(*link);
  return value;
}

std::string hash_value(const Json& value, const HashContext& context) {
  if (value.is_string()) return hash_text(value.get_ref<const std::string&>(), context);
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return hash_number(value.get<double>());
  return {};
}

std::string hash_term(const Json& value, std::string_view prefix, const HashContext& context) {
  if (!value.is_string()) return {};
  const std::string_view text = trimmed(value.get_ref<const std::string&>());
  if (text.empty() || text.find(':') != std::string_view::npos) return hash_text(text, context);
  return std::string(prefix) + std::string(text);
}

std::string hash_time(const Json& value, const HashContext& context) {
  if (!value.is_string()) return hash_value(value, context);
  const std::string_view text = trimmed(value.get_ref<const std::string&>());
  const auto instant = json_schema::parse_instant(text);
  if (!instant) return std::string(text);
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    ms = ms * 10 + (i < instant->fraction.size() ? instant->fraction[i] - '0' : 0);
  }
  if (instant->fraction.size() > 3 && instant->fraction[3] >= '5') ++ms;
  return Timestamp{instant->seconds * 1000 + ms}.to_string();
}

}  // namespace muster::exchange
