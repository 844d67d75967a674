#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/balance_options.hpp"

namespace muster::cli {

/// A book over a period with every line, as `balance show` and `balance list` have it.
[[nodiscard]] Json balance_json(const registry::State& state,
                                const registry::MaterialBalance& balance);

/// Whether nothing was in the book, came or went, and nobody counted it.
[[nodiscard]] bool is_empty_book(const registry::MaterialBalance& balance);
/// Whether it was counted, and the difference passes its limit.
[[nodiscard]] bool is_beyond(const registry::MaterialBalance& balance);

/// Which parts of a book are shown beside the whole.
struct BookParts {
  bool site = false;
  bool product = false;
};
/// "site", "product", "site,product" or nothing. Errors: `invalid_input`.
Result<BookParts> book_parts(const std::string& by);

struct BookReport {
  registry::MaterialBalance whole{};
  std::vector<registry::MaterialBalance> parts{};  ///< Those that are not empty.
  bool beyond = false;                             ///< Of the whole or of a part.
  Json json{};
};

/// A party's book over a period, whole and in parts. Errors: those of `material_balance`.
Result<BookReport> book_report(const registry::State& state, const registry::BookScope& scope,
                               const Window& period, const registry::BalanceTerms& terms,
                               const BookParts& by);

/// Which parties' books are wanted: from row `first` on, `most` of them.
struct BookPage {
  registry::RowN first = 0;
  std::uint64_t most = UINT64_MAX;
};

struct BookList {
  std::vector<registry::MaterialBalance> books{};
  registry::BookFigures sum{};             ///< Of those.
  registry::RowN last = registry::no_row;  ///< The last book, where more follow.
  bool beyond = false;
  Json json{};
};

/// The books over a period of the parties that `sees(row)`, but for empty ones.
/// Errors: those of `material_balance`.
Result<BookList> book_list(const registry::State& state, const Window& period,
                           const registry::BalanceTerms& terms, const BookPage& page,
                           const std::function<bool(registry::RowN)>& sees);

}  // namespace muster::cli
