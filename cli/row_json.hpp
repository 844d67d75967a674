#pragma once

#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// The id of row `n`, or null: references between tables as JSON shows them.
template <class Table>
[[nodiscard]] Json id_or_null(const Table& table, registry::RowN n) {
  return n == registry::no_row ? Json(nullptr) : Json(table[n].id);
}

/// The id of row `n`, or a dash: the same for tables that people read.
template <class Table>
[[nodiscard]] std::string id_or_dash(const Table& table, registry::RowN n) {
  return n == registry::no_row ? std::string("-") : table[n].id;
}

/// Null for an index that says "not yet".
[[nodiscard]] inline Json index_or_null(registry::Index32 index) {
  return index == registry::no_index ? Json(nullptr) : Json(index);
}

/// Null for a text that was not given.
[[nodiscard]] inline Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

[[nodiscard]] inline std::string text_or_dash(const std::string& text) {
  return text.empty() ? std::string("-") : text;
}

/// The row called `id`. Errors: `not_found`, with the noun.
template <class Table>
Result<registry::RowN> row_called(const Table& table, const std::string& noun,
                                  const std::string& id) {
  const registry::RowN row = table.find(id);
  if (row == registry::no_row)
    return failure(Errc::not_found, noun + " " + id + ": not registered");
  return row;
}

/// The day of an instant, as tables for people show it.
[[nodiscard]] inline std::string day_of(const Timestamp& time) {
  return time.to_string().substr(0, 10);
}

}  // namespace muster::cli
