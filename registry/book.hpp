#pragma once

#include <cstdint>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "registry/state/state.hpp"

// What a party has on its book: exact counts from the custody table.

namespace muster::registry {

/// One book: of a party, or of one of its sites, of all products or of one.
struct BookScope {
  RowN party = no_row;
  RowN site = no_row;     ///< `no_row`: all of them; moves between them are none of its business.
  RowN product = no_row;  ///< `no_row`: all.
};

/// A book over a window: opening + increases - decreases = closing.
struct BookFigures {
  std::uint64_t opening = 0;    ///< Held at the window's first instant.
  std::uint64_t increases = 0;  ///< Came after it, up to the last.
  std::uint64_t decreases = 0;  ///< Left after it, up to the last.
  std::uint64_t closing = 0;    ///< Held at the window's end.

  friend bool operator==(const BookFigures&, const BookFigures&) = default;
};

/// The figures of one book, a chip that comes, goes and comes again counting each time.
/// Cost: the party's rows of the custody table, and a sort.
[[nodiscard]] BookFigures book_figures(const State& state, const BookScope& scope,
                                       const Window& window);

/// The chips of one book as the first `size` entries tell it, rising.
[[nodiscard]] std::vector<RowN> book_chips(const State& state, const BookScope& scope,
                                           Index32 size);

}  // namespace muster::registry
