#pragma once

#include <span>
#include <string>
#include <vector>

#include "registry/rules.hpp"

// Caps of licences. They are judged and moved in the order of the log, so that no two writers can
// both take the last unit.

namespace muster::registry {

/// The terms on which chips go to another party.
struct Terms {
  RowN licence = no_row;
  std::string exception{};
  RowN sender = no_row;
  RowN consignee = no_row;
  RowN end_user = no_row;
  std::string country{};  ///< Where they go.
};

/// Units of one product.
struct Wanted {
  RowN product = no_row;
  std::uint64_t units = 0;
};

/// Whether `found.chips` fit under every cap of the licence of `terms`, beside what is drawn.
/// Errors: `licence.cap_units`, `licence.cap_tpp`, `licence.cap_ratio`, with the cap, what is
/// drawn, what it allows and what is wanted.
Result<void> caps_suffice(const Case& found, const Terms& terms, std::span<const Wanted> wanted);

/// Counts a delivery of `chips` by `sender` to `country` for the ratio caps that look at it.
void count_delivery(State& state, std::span<const RowN> chips, RowN sender,
                    const std::string& country);

/// What is drawn already on a cap that is to be, by period.
[[nodiscard]] std::vector<CapUse> uses_so_far(const State& state, const Cap& cap);

/// Fills the uses of a cap that is new from what is drawn already.
void count_uses(State& state, RowN cap);

/// Where `use` is more than the cap allows, in words; empty where it is not.
[[nodiscard]] std::string overrun_text(const Cap& cap, const CapUse& use);

/// The name of the period that `at` falls into: "2026-03", "2026-Q1", "2026" or "all".
[[nodiscard]] std::string period_name(const std::string& period, Timestamp at);

/// "consignee x, country SG, product a1", or "everything".
[[nodiscard]] std::string scope_text(const Cap& cap);

/// What is drawn on `cap` in the period of `at`.
[[nodiscard]] CapUse use_of(const State& state, const Cap& cap, Timestamp at);

/// Moves the uses of every cap that binds `draw` by `units`, up or down.
void move_uses(State& state, const Draw& draw, std::uint64_t units, bool up);

/// Chips that are drawn for elsewhere no longer count for the ratio caps that they stood in.
void withdraw_credits(State& state, std::span<const RowN> chips, const Terms& terms);

}  // namespace muster::registry
