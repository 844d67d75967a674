#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"

namespace muster::registry {

/// One chip that a statement is about, and the statement that it expects to follow.
struct Item {
  ChipId chip;
  Hash expects;
  bool has_expects = false;
};

/// One further column of one item. Text is borrowed from the blob or the body.
struct Cell {
  enum class Type : std::uint8_t { absent, text, integer, boolean };
  Type type = Type::absent;
  std::string_view text{};
  std::int64_t integer = 0;  ///< Also 0 or 1 for a boolean.
};

/// Items with their cells: row i has cells [i * columns, (i + 1) * columns).
struct ItemTable {
  std::size_t columns = 0;
  std::vector<Item> items;
  std::vector<Cell> cells;

  [[nodiscard]] const Cell& cell(std::size_t item, std::size_t column) const {
    return cells[item * columns + column];
  }
};

/// Finds a blob by its hash; nothing if nobody has it. The bytes outlive the use of their items.
using BlobSource = std::function<const Bytes*(const Hash&)>;

}  // namespace muster::registry
