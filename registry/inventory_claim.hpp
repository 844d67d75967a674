#pragma once

#include <optional>
#include <vector>

#include "registry/book.hpp"

namespace muster::registry {

/// What an inventory of a book says (registry/README.md, "Inventories and balances").
struct InventoryClaim {
  Index32 entries = 0;             ///< Of the log, by which the book is told.
  std::uint64_t count = 0;         ///< Chips found.
  std::uint64_t tpp = 0;           ///< Of these.
  Hash root{};                     ///< RFC 6962 over their ids, rising.
  std::optional<Hash> previous{};  ///< The inventory of the same book before it.
  std::uint64_t added = 0;         ///< Came to the book since.
  std::uint64_t removed = 0;       ///< Left it since.
  std::vector<RowN> missing{};     ///< On the book and not found, rising.
  std::vector<RowN> over{};        ///< Found and not on the book, rising.
};

/// The claim of whoever found just the chips `found` and looks at the newest book.
/// Requires: `scope` is of a party or of one of its sites, of all products; no chip stands twice.
[[nodiscard]] InventoryClaim inventory_claim(const State& state, const BookScope& scope,
                                             std::vector<RowN> found);

/// The key of a book in the table of inventories: "party/site", or "party/" for all sites.
[[nodiscard]] std::string inventory_key(const State& state, const BookScope& scope);

/// RFC 6962 root over the ids, rising: what a custodian's leaf of a state commitment holds as well.
[[nodiscard]] Hash root_of_ids(const State& state, const std::vector<RowN>& chips);

[[nodiscard]] std::uint64_t tpp_of_chips(const State& state, const std::vector<RowN>& chips);

}  // namespace muster::registry
