#pragma once

#include <cstdint>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "registry/state/state.hpp"

// What a party has on its book: exact counts from the custody table.

namespace muster::registry {

/// Whether what the statement at `index` claimed was not taken back since.
[[nodiscard]] inline bool stands(const State& state, Index32 index) {
  return state.tables().statements[index].corrected == no_index;
}

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

/// One uninterrupted time of a chip on a book: from the statement at `from_index` up to the one at
/// `to_index`, or `no_index` while it goes on.
struct BookStay {
  RowN chip = no_row;
  RowN product = no_row;  ///< What the chip was then.
  Index32 from_index = 0;
  Index32 to_index = no_index;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = Custody::open_ms;

  [[nodiscard]] bool holds_at(Timestamp at) const { return from_ms <= at.ms && at.ms < to_ms; }
};

/// The stays of one book, by chip, then by time. A chip that was regraded leaves the book of the
/// one product and joins that of the other; on a book of all products its stay only changes.
/// Cost: the party's rows of the custody table, and a sort.
[[nodiscard]] std::vector<BookStay> book_stays(const State& state, const BookScope& scope);

/// The figures of one book, a chip that comes, goes and comes again counting each time.
/// Cost: as above.
[[nodiscard]] BookFigures book_figures(const State& state, const BookScope& scope,
                                       const Window& window);
[[nodiscard]] BookFigures book_figures(const std::vector<BookStay>& stays, const Window& window);

/// The chips of one book as the first `size` entries tell it, rising.
[[nodiscard]] std::vector<RowN> book_chips(const State& state, const BookScope& scope,
                                           Index32 size);

}  // namespace muster::registry
