#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ledger/base/json.hpp"
#include "sampler/stats/real.hpp"

namespace muster::vectors {

struct Value;
using List = std::vector<Value>;

/// What one computed quantity of a case is: nothing (not attainable), a count, a real number, bytes
/// as hex or other text that must be equal, or a list of such.
struct Value {
  std::variant<std::monostate, stats::BigInt, stats::Real, std::string, List> content;

  Value() = default;
  Value(stats::BigInt count) : content(std::move(count)) {}
  Value(std::uint64_t count) : content(stats::BigInt(count)) {}
  Value(stats::Real number) : content(std::move(number)) {}
  Value(std::string text) : content(std::move(text)) {}
  Value(List list) : content(std::move(list)) {}

  /// Nothing where the optional holds nothing.
  template <class T>
  static Value maybe(const std::optional<T>& value) {
    return value ? Value(*value) : Value();
  }

  [[nodiscard]] std::string text() const;
};

/// Computed quantities by the names that a case's `expected` uses.
using Values = std::map<std::string, Value>;

/// Whether `computed` is what the case expects: counts and texts equal, numbers within 1e-12
/// relative, a zero exactly zero.
[[nodiscard]] bool agrees(const Json& expected, const Value& computed);

/// `text` as a number of any exponent; nothing if it is not one.
[[nodiscard]] std::optional<stats::Real> number_from(const std::string& text);

}  // namespace muster::vectors
