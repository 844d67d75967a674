#pragma once

#include <span>
#include <string>
#include <vector>

#include "registry/cap.hpp"
#include "registry/rules.hpp"

// Licences, and what releases draw from them.

namespace muster::registry {

/// `chips` by product, rising.
[[nodiscard]] std::vector<Wanted> wanted_by(const State& state, std::span<const RowN> chips);

/// Whether the licence of `terms` lets `wanted` go now: in force, and naming all that it must.
/// Errors: `licence.suspended`, `licence.revoked`, `licence.not_covered`.
Result<void> licence_covers(const Case& found, const Terms& terms, std::span<const Wanted> wanted);

/// Draws for `found.chips`: one draw for each product becomes pending on its chips.
void draw(State& state, const Case& found, const Terms& terms, RowN shipment);

/// The same for chips whose open release has drawn before: that draw is given back afterwards.
void draw_anew(State& state, const Case& found, const Terms& terms, RowN shipment);

/// The terms on which a chip goes where one goes that stands under `held`, by the licence of the
/// body. Errors: `licence.unknown`.
Result<Terms> replacement_terms(const Case& found, const Draw& held);

/// Draws for `fresh` on those terms, then gives back what `old` stands under.
void draw_replacement(State& state, const Case& found, RowN old, RowN fresh);

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

/// The licence that the chip stands under, or `no_row`.
[[nodiscard]] RowN licence_of(const Tables& tables, const ChipState& chip);

}  // namespace muster::registry
