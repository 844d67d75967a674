#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/chip_facts.hpp"
#include "cli/serve/problem.hpp"
#include "cli/serve/service.hpp"
#include "cli/serve/visibility.hpp"

// What the routes that read have in common.

namespace muster::serve {

/// The entry that `at` names. Errors: `refused` with `access.forbidden` for a custodian, who reads
/// what it has in hand now; `invalid_input` for no number.
inline Result<std::optional<std::uint64_t>> entry_asked_for(const Asked& asked) {
  MUSTER_TRY_ASSIGN(const auto at, asked.number("at"));
  if (at && asked.principal.role == Role::custodian) {
    return failure(Error{Errc::refused, "at: a custodian reads the present", rule_forbidden});
  }
  return at;
}

/// Calls `act(const cli::Home&)` with the state now, or after the entry that `at` names.
template <class Act>
auto read_state(Service& service, const Asked& asked, const Act& act)
    -> decltype(act(std::declval<const cli::Home&>())) {
  MUSTER_TRY_ASSIGN(const auto at, entry_asked_for(asked));
  if (at) return service.live().with_past(*at, act);
  return service.live().with_state(act);
}

/// Calls `act(cli::Home&)`, which may read view and log as well.
template <class Act>
auto read_all(Service& service, const Asked& asked, const Act& act)
    -> decltype(act(std::declval<cli::Home&>())) {
  MUSTER_TRY_ASSIGN(const auto at, entry_asked_for(asked));
  if (at) return service.live().with_past(*at, act);
  return service.live().with_view(act);
}

/// Errors: `refused` with `server.only_reads` on a replica, which records nothing and keeps
/// nothing.
Result<void> check_takes_in(Service& service);

/// What the caller may not read is not found, as if it were not there.
[[nodiscard]] inline Error nothing_here(const std::string& noun, const std::string& id) {
  return {Errc::not_found, noun + " " + id + ": not found", rule_not_found};
}

inline constexpr std::uint64_t default_page = 100;
inline constexpr std::uint64_t longest_page = 1'000;

/// How many rows of a list are wanted. Errors: `invalid_input`.
inline Result<std::uint64_t> page_limit(const Asked& asked) {
  MUSTER_TRY_ASSIGN(const auto limit, asked.number("limit", longest_page));
  if (limit && *limit == 0) return failure(bad_parameter("limit", "want 1 to 1000"));
  return limit.value_or(default_page);
}

/// Takes every row.
struct AnyRow {
  bool operator()(registry::RowN) const { return true; }
};

/// One page of a table, in order of registration: rows that the caller `sees(row number)` and
/// `wants(row number)`, rendered by `json_of(row number)`, behind the row whose id `after` is.
/// `next` is the id to go on after, or null at the end. Errors: `invalid_input` for an `after` that
/// is no id of a row that the caller sees.
template <class Table, class Sees, class Render, class Wants = AnyRow>
Result<Answer> page_of(const Table& table, const Asked& asked, const std::string& member,
                       const Sees& sees, const Render& json_of, const Wants& wants = {}) {
  MUSTER_TRY_ASSIGN(const std::uint64_t limit, page_limit(asked));
  registry::RowN row = 0;
  if (const auto after = asked.given("after")) {
    const registry::RowN found = table.find(*after);
    if (found == registry::no_row || !sees(found)) {
      return failure(bad_parameter("after", "want the next of the page before"));
    }
    row = found + 1;
  }
  Json rows = Json::array();
  Json next = nullptr;
  for (; row < table.size(); ++row) {
    if (!wants(row) || !sees(row)) continue;
    if (rows.size() == limit) break;
    rows.push_back(json_of(row));
    next = table[row].id;
  }
  if (row >= table.size()) next = nullptr;
  Answer answer;
  answer.json = Json{{member, std::move(rows)}, {"next", std::move(next)}};
  answer.list = member;
  return answer;
}

/// A chip that the caller may read.
struct VisibleChip {
  registry::RowN row = registry::no_row;
  std::vector<registry::ChipState> states{};  ///< As `states_of` has them.
};

/// By id or name. Errors: `not_found`.
Result<VisibleChip> visible_chip(cli::Home& home, const Visibility& visibility,
                                 const std::string& name);

/// JSON as the answer to a read.
[[nodiscard]] inline Answer found_json(Json json) {
  Answer answer;
  answer.json = std::move(json);
  return answer;
}

}  // namespace muster::serve
