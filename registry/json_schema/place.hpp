#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster::json_schema {

/// Where a value stands in a document: a chain up to the root, written out only when it is needed.
/// Borrows its key and its parent.
struct Place {
  const Place* up = nullptr;
  std::string_view key{};
  std::size_t index = 0;
  bool is_index = false;

  [[nodiscard]] Place at(std::string_view name) const { return {.up = this, .key = name}; }
  [[nodiscard]] Place at(std::size_t position) const {
    return {.up = this, .index = position, .is_index = true};
  }
  /// As a JSON Pointer.
  [[nodiscard]] std::string pointer() const;
  [[nodiscard]] std::size_t depth() const;
};

}  // namespace muster::json_schema
