#pragma once

#include <span>
#include <string>
#include <vector>

#include "registry/rules.hpp"

// Licences, their caps, and what releases draw from them. Caps are judged and moved in the order
// of the log, so that no two writers can both take the last unit.

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

/// `chips` by product, rising.
[[nodiscard]] std::vector<Wanted> wanted_by(const State& state, std::span<const RowN> chips);

/// Whether the licence of `terms` lets `wanted` go now: in force, and naming all that it must.
/// Errors: `licence.suspended`, `licence.revoked`, `licence.not_covered`.
Result<void> licence_covers(const Case& found, const Terms& terms, std::span<const Wanted> wanted);

/// Whether `found.chips` fit under every cap of the licence of `terms`, beside what is drawn.
/// Errors: `licence.cap_units`, `licence.cap_tpp`, `licence.cap_ratio`, with the cap, what is
/// drawn, what it allows and what is wanted.
Result<void> caps_suffice(const Case& found, const Terms& terms, std::span<const Wanted> wanted);

/// Draws for `found.chips`: one draw for each product becomes pending on its chips.
void draw(State& state, const Case& found, const Terms& terms, RowN shipment);

/// Which of a chip's draws: that of its open release, or the one that it stands under.
using DrawOf = RowN ChipState::*;

/// Gives back what `chips` drew, each once; the chips keep nothing of it.
void restore(State& state, std::span<const RowN> chips, DrawOf which);

/// Like it, for chips whose licence says that `event` gives the draw back; others keep theirs.
void restore_on(State& state, std::span<const RowN> chips, DrawOf which, std::string_view event);

/// What the open release drew is the right that `chips` stand under from now on. A former right
/// stays used unless its licence says "re_export"; chips in repair keep the one that they have.
void take_up(State& state, std::span<const RowN> chips, bool in_repair);

/// The chip is gone while it was released: what it drew stays used.
void keep_used(ChipState& chip);

/// Counts a delivery of `chips` by `sender` to `country` for the ratio caps that look at it.
void count_delivery(State& state, std::span<const RowN> chips, RowN sender,
                    const std::string& country);

/// Fills the uses of a cap that is new from what is drawn already.
void count_uses(State& state, RowN cap);

/// The name of the period that `at` falls into: "2026-03", "2026-Q1", "2026" or "all".
[[nodiscard]] std::string period_name(const std::string& period, Timestamp at);

/// The licence that the chip stands under, or `no_row`.
[[nodiscard]] RowN licence_of(const Tables& tables, const ChipState& chip);

/// "consignee x, country SG, product a1", or "everything".
[[nodiscard]] std::string scope_text(const Cap& cap);

/// What is drawn on `cap` in the period of `at`.
[[nodiscard]] CapUse use_of(const State& state, const Cap& cap, Timestamp at);

}  // namespace muster::registry
