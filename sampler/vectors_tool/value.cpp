#include "sampler/vectors_tool/value.hpp"

#include <algorithm>
#include <regex>

namespace muster::vectors {
namespace {

using stats::BigInt;
using stats::Real;

constexpr const char* tolerance = "1e-12";

bool near(const Real& expected, const Real& computed) {
  if (expected == 0 || computed == 0) return expected == computed;
  return abs(computed - expected) <= abs(expected) * Real(tolerance);
}

std::optional<Real> number_from(const Json& expected) {
  if (expected.is_number()) return vectors::number_from(expected.dump());
  if (expected.is_string()) return vectors::number_from(expected.get<std::string>());
  return std::nullopt;
}

bool agrees_with(const Json& expected, const Real& computed) {
  const auto number = number_from(expected);
  return number && near(*number, computed);
}

bool agrees_with(const Json& expected, const BigInt& computed) {
  const auto number = number_from(expected);
  return number && *number == Real(computed);
}

bool agrees_with(const Json& expected, const std::string& computed) {
  return expected.is_string() && expected.get<std::string>() == computed;
}

bool agrees_with(const Json& expected, const List& computed) {
  return expected.is_array() &&
         std::equal(expected.begin(), expected.end(), computed.begin(), computed.end(), agrees);
}

bool agrees_with(const Json& expected, std::monostate) { return expected.is_null(); }

}  // namespace

std::optional<Real> number_from(const std::string& text) {
  static const std::regex form("-?[0-9]{1,200}(\\.[0-9]{0,200})?([eE][+-]?[0-9]{1,9})?");
  if (!std::regex_match(text, form)) return std::nullopt;
  return Real(text);
}

bool agrees(const Json& expected, const Value& computed) {
  return std::visit([&](const auto& content) { return agrees_with(expected, content); },
                    computed.content);
}

std::string Value::text() const {
  struct Writer {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(const BigInt& count) const { return count.str(); }
    std::string operator()(const Real& number) const { return stats::digits(number); }
    std::string operator()(const std::string& plain) const { return "\"" + plain + "\""; }
    std::string operator()(const List& list) const {
      std::string joined = "[";
      for (const Value& item : list) joined += (joined.size() > 1 ? ", " : "") + item.text();
      return joined + "]";
    }
  };
  return std::visit(Writer{}, content);
}

}  // namespace muster::vectors
