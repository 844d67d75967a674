#include "registry/book.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

/// A chip was another product before the statement at `index`.
struct Regraded {
  RowN chip = no_row;
  Index32 index = 0;
  std::int64_t ms = 0;
  RowN from = no_row;
};

/// Every change of every chip's product, by chip, then by time: a regrade, or what took one back.
std::vector<Regraded> regrades_of(const State& state) {
  std::vector<Regraded> list;
  const Tables& tables = state.tables();
  for (const Regrade& row : tables.regrades.rows()) {
    const std::int64_t ms = tables.statements[row.index].accepted_ms;
    for (const auto& [chip, before] : state.chips_before(row.chips_of)) {
      list.push_back({chip, row.index, ms, row.from});
    }
  }
  // Of two in one entry (a regrade that was put in another's place) the first is what it was.
  std::ranges::stable_sort(list, {}, [](const Regraded& r) { return std::pair(r.chip, r.index); });
  return list;
}

/// The stay in parts, each of one product: the chip was `from` of a regrade up to it.
void cut(const State& state, const std::vector<Regraded>& regrades, BookStay stay,
         std::vector<BookStay>& into) {
  auto at = std::ranges::lower_bound(regrades, std::pair(stay.chip, stay.from_index), {},
                                     [](const Regraded& r) { return std::pair(r.chip, r.index); });
  for (; at != regrades.end() && at->chip == stay.chip; ++at) {
    if (at->index > stay.from_index && at->index < stay.to_index) {
      BookStay before = stay;
      before.product = at->from;
      before.to_index = stay.from_index = at->index;
      before.to_ms = stay.from_ms = at->ms;
      if (before.from_index < before.to_index) into.push_back(before);
      continue;
    }
    if (at->index < stay.to_index) continue;
    stay.product = at->from;  // It became something else after this stay.
    into.push_back(stay);
    return;
  }
  stay.product = state.tables().identities[stay.chip].product;
  into.push_back(stay);
}

/// Custody rows of the party and site, by chip, then by time.
std::vector<RowN> rows_of_book(const State& state, const BookScope& scope) {
  std::vector<RowN> rows;
  const auto& custody = state.tables().custody;
  for (const RowN n : state.custody_of(scope.party)) {
    if (scope.site == no_row || custody[n].site == scope.site) rows.push_back(n);
  }
  std::ranges::sort(rows, [&](RowN a, RowN b) {
    return custody[a].chip != custody[b].chip ? custody[a].chip < custody[b].chip : a < b;
  });
  return rows;
}

/// Where one product ends and the next begins without the chip leaving, the stay goes on.
void join_products(std::vector<BookStay>& stays) {
  std::vector<BookStay> joined;
  for (const BookStay& stay : stays) {
    const bool goes_on = !joined.empty() && joined.back().chip == stay.chip &&
                         joined.back().to_index == stay.from_index;
    if (!goes_on) {
      joined.push_back(stay);
      continue;
    }
    joined.back().to_index = stay.to_index;
    joined.back().to_ms = stay.to_ms;
    joined.back().product = stay.product;
  }
  stays = std::move(joined);
}

}  // namespace

std::vector<BookStay> book_stays(const State& state, const BookScope& scope) {
  const auto rows = rows_of_book(state, scope);
  const auto& custody = state.tables().custody;
  const auto regrades = regrades_of(state);
  std::vector<BookStay> stays;
  for (std::size_t i = 0; i < rows.size();) {
    const Custody& first = custody[rows[i]];
    BookStay stay{first.chip, no_row, first.from_index, first.to_index, first.from_ms, first.to_ms};
    // Rows that follow each other without a gap are one stay: the chip only changed its site.
    for (++i; i < rows.size(); ++i) {
      const Custody& next = custody[rows[i]];
      if (next.chip != first.chip || next.from_index != stay.to_index) break;
      stay.to_ms = next.to_ms;
      stay.to_index = next.to_index;
    }
    cut(state, regrades, stay, stays);
  }
  if (scope.product == no_row) {
    join_products(stays);
  } else {
    std::erase_if(stays, [&](const BookStay& stay) { return stay.product != scope.product; });
  }
  return stays;
}

BookFigures book_figures(const std::vector<BookStay>& stays, const Window& window) {
  const auto inside = [&](std::int64_t ms) { return window.from.ms < ms && ms <= window.to.ms; };
  BookFigures figures;
  for (const BookStay& stay : stays) {
    figures.opening += stay.holds_at(window.from) ? 1 : 0;
    figures.closing += stay.holds_at(window.to) ? 1 : 0;
    figures.increases += inside(stay.from_ms) ? 1 : 0;
    figures.decreases += inside(stay.to_ms) ? 1 : 0;
  }
  return figures;
}

BookFigures book_figures(const State& state, const BookScope& scope, const Window& window) {
  return book_figures(book_stays(state, scope), window);
}

std::vector<RowN> book_chips(const State& state, const BookScope& scope, Index32 size) {
  std::vector<RowN> chips;
  for (const BookStay& stay : book_stays(state, scope)) {
    if (stay.from_index < size && stay.to_index >= size) chips.push_back(stay.chip);
  }
  return chips;
}

}  // namespace muster::registry
