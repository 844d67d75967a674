#include "registry/book.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

bool is_in(const State& state, const BookScope& scope, const Custody& row) {
  if (scope.site != no_row && row.site != scope.site) return false;
  return scope.product == no_row || state.tables().identities[row.chip].product == scope.product;
}

/// One uninterrupted time of a chip on a book.
struct Spell {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

void count(BookFigures& figures, const Spell& spell, const Window& window) {
  const auto held_at = [&](Timestamp at) { return spell.from <= at.ms && at.ms < spell.to; };
  const auto inside = [&](std::int64_t ms) { return window.from.ms < ms && ms <= window.to.ms; };
  figures.opening += held_at(window.from) ? 1 : 0;
  figures.closing += held_at(window.to) ? 1 : 0;
  figures.increases += inside(spell.from) ? 1 : 0;
  figures.decreases += inside(spell.to) ? 1 : 0;
}

}  // namespace

BookFigures book_figures(const State& state, const BookScope& scope, const Window& window) {
  std::vector<RowN> rows;
  const auto& custody = state.tables().custody;
  for (const RowN n : state.custody_of(scope.party)) {
    if (is_in(state, scope, custody[n])) rows.push_back(n);
  }
  std::ranges::sort(rows, [&](RowN a, RowN b) {
    return custody[a].chip != custody[b].chip ? custody[a].chip < custody[b].chip : a < b;
  });
  BookFigures figures;
  for (std::size_t i = 0; i < rows.size();) {
    const Custody& first = custody[rows[i]];
    Spell spell{first.from_ms, first.to_ms};
    Index32 end = first.to_index;
    // Rows that follow each other without a gap are one stay: the chip only changed its site.
    for (++i; i < rows.size(); ++i) {
      const Custody& next = custody[rows[i]];
      if (next.chip != first.chip || next.from_index != end) break;
      spell.to = next.to_ms;
      end = next.to_index;
    }
    count(figures, spell, window);
  }
  return figures;
}

std::vector<RowN> book_chips(const State& state, const BookScope& scope, Index32 size) {
  std::vector<RowN> chips;
  for (const RowN n : state.custody_of(scope.party)) {
    const Custody& row = state.tables().custody[n];
    const bool open = row.from_index < size && row.to_index >= size;
    if (open && is_in(state, scope, row)) chips.push_back(row.chip);
  }
  std::ranges::sort(chips);
  return chips;
}

}  // namespace muster::registry
