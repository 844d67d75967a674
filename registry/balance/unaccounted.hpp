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
  std::vector<RowN> chips{};  ///< Rising; a chip stands in one class of each total.
};

/// A count that found less than the book has.
struct Shortfall {
  RowN party = no_row;
  RowN site = no_row;
  std::uint64_t chips = 0;
  Index32 index = 0;     ///< The statement that says so.
  std::string method{};  ///< "balance.close" or "inventory"
};

struct Unaccounted {
  std::vector<ChipClass> classes{};
  std::vector<Shortfall> shortfalls{};  ///< The greatest of each party's newest counts.
  std::uint64_t nameless = 0;           ///< Items without an id that open cases call short.

  /// Chips, shortfalls and nameless items. A chip that is lost and was not counted either stands in
  /// it twice: the total errs on the side of more.
  [[nodiscard]] std::uint64_t total() const;
  [[nodiscard]] std::uint64_t legacy() const;
};

/// Of one party, or of all (`no_row`). A loss counts from the statement that declares it on; it
/// ends when the chip is found, or destroyed with an exit read. Cost: one look at every chip and
/// every row of the custody table.
[[nodiscard]] Unaccounted unaccounted(const State& state, RowN party);

}  // namespace muster::registry
