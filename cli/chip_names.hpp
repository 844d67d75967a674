#pragma once

#include <string>
#include <vector>

#include "cli/chip_list.hpp"
#include "cli/home.hpp"
#include "registry/exchange/resolver.hpp"
#include "registry/kind.hpp"

namespace muster::cli {

/// A chip that a name leads to.
struct FoundChip {
  registry::RowN chip = registry::no_row;
  std::string by;  ///< "id", "uri", "key", an alias scheme, or "list".
  registry::Index32 index = registry::no_index;  ///< The entry that says so; none for a list.
};

/// What a name leads to.
struct FoundName {
  std::vector<FoundChip> chips;
  /// If there is no such chip: who knows the name all the same, in words; or empty.
  std::string known_only;
};

/// Every chip that `name` may mean: an id, a URI of this register, the SHA-256 of a device key, and
/// the names that signed statements give; after those the list of somebody, which proves nothing.
/// That a maker reserved the number, that a list names it, or that a holder of chips is called so,
/// is said, and is no chip.
[[nodiscard]] FoundName find_name(const registry::State& state, const exchange::Resolver& list,
                                  const std::string& name);

/// The chip that `name` means. Errors: `not_found`, also if several chips bear it.
Result<registry::RowN> chip_named(const registry::State& state, const std::string& name);

/// Reads ids, of registered chips or not, and the names of those that `state` has. Borrows it.
/// Errors: `invalid_input`, naming the text: no chip bears it, or several do.
[[nodiscard]] ChipReader chip_reader(const registry::State& state);

/// The reader of the subjects of a statement. Names are looked up where there is a registry, and
/// new chips have none.
[[nodiscard]] ChipReader subject_reader(const registry::Kind& kind, const registry::State* state);

/// The names in force of a chip as JSON: scheme, name, and the entry and party that say so. A name
/// is null if the ledger's text of it cannot be read.
/// Errors: those of reading the entries.
Result<Json> names_json(Home& home, registry::RowN chip);

}  // namespace muster::cli
