#pragma once

#include <string>
#include <vector>

#include "registry/rules.hpp"

namespace muster::registry {

/// The statement that the body's `target` names, as one that can still be corrected: recorded, of a
/// kind that corrections may take back, in force.
/// Errors: `correct.unknown`, `correct.not_correctable`, `correct.corrected`.
Result<Index32> correctable_target(const Case& found);

/// Whether the party of the case may correct the statement at `target`: who said it, for whom it
/// was said, who succeeded either, or an authority.
/// Errors: `correct.not_yours`.
Result<void> may_correct(const Case& found, Index32 target);

/// Whether nothing builds on the statement at `target`.
/// Errors: `correct.dependants`, listing those that have to be taken back first, newest first;
/// `correct.in_the_way` for anything else.
Result<void> nothing_in_the_way(const Case& found, Index32 target);

/// Whether everybody signs who would get chips back, in custody or title, by taking the effect of
/// the statement at `target` back; an authority signs in anybody's place. Destruction wants those
/// who signed it and an authority.
/// Errors: `correct.second_party`.
Result<void> those_concerned_sign(const Case& found, Index32 target);

/// For a replacement: whether its event has the form of what it replaces, and what it changes.
/// Errors: `correct.other_text`, `correct.other_event`, `correct.no_change`.
Result<Weight> weight_of_change(const Case& found, Index32 target);

/// For a replacement of the same subjects: the chips of which it says something else, remarks
/// apart; all of them if its body says something else. Names are held to those that the chips have,
/// which an earlier replacement may have given, and the rest to the text that is replaced.
/// Requires: `weight_of_change` is `fact`.
[[nodiscard]] std::vector<ChipId> changed_chips(const Case& found);

/// Takes back everything that the statement at `target` did.
void take_back(State& state, Index32 target, bool as_if_never);

/// Whether any of `signers` is an authority.
[[nodiscard]] bool authority_signs(const Case& found);

}  // namespace muster::registry
