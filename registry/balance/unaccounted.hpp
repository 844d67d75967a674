#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registry/state/state.hpp"

// What nobody can show, and what the register did not see being made: two figures to hold beside an
// assumption of what could be held off the books.

namespace muster::registry {

/// Chips that are unaccounted for, or older than the register, for one reason.
struct ChipClass {
  std::string name{};
  bool unaccounted = false;  ///< Counts in the total of what nobody can show.
  bool legacy = false;       ///< Counts in the total of what was not followed from its making.
  std::uint64_t tpp = 0;
  std::vector<RowN> chips{};     ///< Rising; a chip stands in one class of each total.
  std::vector<Index32> since{};  ///< The statement that says so of each.
};

/// A closed period that counted less than the book has, and named no chip.
struct Shortfall {
  RowN party = no_row;
  RowN site = no_row;
  std::uint64_t chips = 0;  ///< Beyond those that the party's inventories name.
  Index32 index = 0;        ///< The balance.close that says so.
};

struct Unaccounted {
  std::vector<ChipClass> classes{};
  std::vector<Shortfall> shortfalls{};  ///< Of each party the greatest, less what is named above.
  std::uint64_t nameless = 0;           ///< Items without an id that open cases call short.

  /// Chips, shortfalls and nameless items. A chip that is lost and was not counted either stands in
  /// it twice: the total errs on the side of more.
  [[nodiscard]] std::uint64_t total() const;
  [[nodiscard]] std::uint64_t legacy() const;
};

/// Of one party, or of all (`no_row`). A loss counts from the statement that declares it, or the
/// inventory that did not find the chip, on; it ends when another party has seen the chip, or it is
/// destroyed with an exit read. A later count of the custodian alone ends nothing. Cost: one look
/// at every chip and every row of the custody table.
[[nodiscard]] Unaccounted unaccounted(const State& state, RowN party);

}  // namespace muster::registry
