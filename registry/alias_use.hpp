#pragma once

#include <string>
#include <vector>

#include "registry/alias.hpp"
#include "registry/rules.hpp"

// How kinds give chips their aliases: by the columns `serial`, `ecid`, `gs1` and `marks` of items.

namespace muster::registry {

/// A name that an item gives its chip.
struct GivenName {
  AliasReading reading{};
  std::string_view column{};
};

/// The names that item `item` gives, in the order of the columns.
/// Errors: `alias.form` for a GS1 key that names no single thing.
Result<std::vector<GivenName>> given_names(const Event& event, std::size_t item);

/// Whether the names of every item may be given: no other chip of the same maker (the designer of
/// `product`) has the serial or ECID, no other chip at all the GS1 key. What other chips of the
/// same event had is theirs no more, and a name that the chip bears already is no new claim.
/// Errors: `alias.form`, `alias.taken`.
Result<void> names_are_free(const Case& found, const Event& event, RowN product);

/// Whether a column of this name gives chips names.
[[nodiscard]] bool is_alias_column(std::string_view column);

/// Whether the chip of item `item` would have other names by the event than it has. What cannot be
/// read counts as another name.
[[nodiscard]] bool renames(const State& state, const Event& event, std::size_t item);

/// Gives each chip of the event the names of its item, and no others.
void give_names(State& state, const Event& event);
/// The same for chips that have none yet.
void name_new_chips(State& state, const Event& event);

/// The rule and the effect of a replacement that only words facts anew.
Result<void> restated_names_rule(const Case& found);
void restate_names(State& state, const Case& found);

/// Takes back what the statement at `target` said of names: of the chips that it made, or, if it
/// worded a statement anew, of the chips that that one made. A name that another chip has taken
/// meanwhile is a finding against whoever said it.
void undo_names(State& state, Index32 target);

}  // namespace muster::registry
