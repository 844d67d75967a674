#pragma once

#include "registry/rules.hpp"

// What a packaging takes from lots, and which dice it names.

namespace muster::registry {

/// Whether the lots that the body's `inputs` names have what it takes, in the packager's hands, and
/// the dice are as many as the chips' product wants; whether named dice are in no other package.
/// `dice` is the column of a chip's dice: "lot/wafer/x/y", separated by blanks.
/// Errors: `lot.unknown`, `lot.not_yours`, `lot.too_few`, `lot.twice`, `lot.other_designer`,
/// `lot.required`, `dice.count`, `dice.form`, `dice.not_from`, `dice.used`.
Result<void> check_inputs(const Case& found, std::size_t dice);

/// Takes the inputs from their lots and notes the named dice. The chips are made already.
void use_inputs(State& state, const Case& found, std::size_t dice);

/// Gives the dice back that the statement at `target` named.
void free_dice(State& state, Index32 target);

}  // namespace muster::registry
