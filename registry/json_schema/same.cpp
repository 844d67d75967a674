#include "registry/json_schema/same.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace muster::json_schema {
namespace {

/// The order of types, all numbers being one.
int rank(const Json& value) {
  if (value.is_number()) return 2;
  if (value.is_null()) return 0;
  if (value.is_boolean()) return 1;
  if (value.is_string()) return 3;
  return value.is_array() ? 4 : 5;
}

int compared_numbers(const Json& a, const Json& b) {
  if (a < b) return -1;
  return b < a ? 1 : 0;
}

/// Below, at or above zero, as `a` stands before, with or after `b` in some total order.
int compared(const Json& a, const Json& b) {
  if (rank(a) != rank(b)) return rank(a) < rank(b) ? -1 : 1;
  if (a.is_number()) return compared_numbers(a, b);
  if (a.is_boolean()) return static_cast<int>(a.get<bool>()) - static_cast<int>(b.get<bool>());
  if (a.is_string())
    return a.get_ref<const std::string&>().compare(b.get_ref<const std::string&>());
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  if (a.is_null()) return 0;
  for (auto left = a.begin(), right = b.begin(); left != a.end(); ++left, ++right) {
    const int keys = a.is_object() ? left.key().compare(right.key()) : 0;
    if (keys != 0) return keys;
    const int values = compared(*left, *right);
    if (values != 0) return values;
  }
  return 0;
}

}  // namespace

bool same(const Json& a, const Json& b) { return compared(a, b) == 0; }

std::optional<std::pair<std::size_t, std::size_t>> first_twin(const Json& array) {
  std::vector<std::size_t> order(array.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(
      order, [&](std::size_t a, std::size_t b) { return compared(array[a], array[b]) < 0; });
  std::optional<std::pair<std::size_t, std::size_t>> twin;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (compared(array[order[i - 1]], array[order[i]]) != 0) continue;
    const std::pair<std::size_t, std::size_t> found{order[i - 1], order[i]};
    if (!twin || found < *twin) twin = found;
  }
  return twin;
}

}  // namespace muster::json_schema
