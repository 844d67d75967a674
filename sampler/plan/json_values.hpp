#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json_fields.hpp"

/// \file
/// What the JSON forms of plans, requests and draws have in common.
namespace muster::sampler {

/// A count below 2^63 as a JSON number.
[[nodiscard]] Json integer(std::uint64_t value);
/// The same, or null.
[[nodiscard]] Json optional_integer(const std::optional<std::uint64_t>& value);

/// A whole number, 0 or more. Errors: `invalid_input` with the path of the field.
Result<std::uint64_t> count(FieldReader& fields, std::string_view key);

/// The array at `key`, each item read by `read(item, path)`. Errors: the first of `read`.
template <class Item, class Read>
Result<std::vector<Item>> items(FieldReader& fields, std::string_view key, Read read) {
  MUSTER_TRY_ASSIGN(const Json* array, fields.array(key));
  std::vector<Item> list;
  list.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    MUSTER_TRY_ASSIGN(Item item,
                      read((*array)[i], fields.path(key) + "[" + std::to_string(i) + "]"));
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace muster::sampler
