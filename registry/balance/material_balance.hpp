#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/error.hpp"
#include "registry/balance/counting_error.hpp"
#include "registry/book.hpp"

// The material balance of one book over one period: what came, by which events; what went; what was
// counted; and what the difference shows.

namespace muster::registry {

/// One statement behind a figure, and how many of its chips (or units) stand in it.
struct Source {
  Index32 index = 0;
  std::int64_t items = 0;  ///< Below zero: a correction took so many back.

  friend bool operator==(const Source&, const Source&) = default;
};

/// What came or went by one kind of event, from or to one party.
struct BalanceLine {
  bool increase = false;
  std::string kind{};         ///< Of the events.
  std::string method{};       ///< How they were counted: "accept.sealed"; empty: nothing to count.
  RowN counterpart = no_row;  ///< Who had the chips before or has them after; none: nobody.
  std::uint64_t chips = 0;
  std::uint64_t tpp = 0;
  double variance = 0;
  std::vector<Source> sources{};  ///< Rising by index.
};

/// What was counted at the end of the period.
struct Counted {
  std::uint64_t chips = 0;
  Index32 index = 0;     ///< The statement that says so.
  std::string method{};  ///< "balance.close" or "inventory"
};

/// How the chips that an entry moved were counted ("sealed", "opened"), or "" where it does not
/// say. For entries of kind `accept`. Errors end the balance: what cannot be read is not guessed.
using MethodOf = std::function<Result<std::string>(Index32 index)>;

struct MaterialBalance {
  BookScope scope{};
  Window period{};
  BookFigures figures{};
  std::uint64_t opening_tpp = 0;
  std::uint64_t closing_tpp = 0;
  std::vector<BalanceLine> lines{};  ///< Increases first; by kind, then counterpart.
  /// Chips on the closing book that nobody has seen: lost, stolen or missing now. They stay on it.
  std::uint64_t absent = 0;
  std::optional<Counted> counted{};
  std::int64_t difference = 0;    ///< Counted less closing; 0 where nothing was counted.
  DifferenceVerdict judgement{};  ///< Of the difference.
};

/// What a balance reckons with.
struct BalanceTerms {
  ErrorModel errors{};
  std::uint64_t against = 1;  ///< The loss whose power is asked for, in chips; at least 1.
  MethodOf method_of{};       ///< May be empty: then all acceptances are of one method.
};

/// Requires: `scope.party` is a party. Errors: those of `terms.method_of`.
/// Cost: the party's rows of the custody table, and a sort.
Result<MaterialBalance> material_balance(const State& state, const BookScope& scope,
                                         const Window& period, const BalanceTerms& terms);

}  // namespace muster::registry
