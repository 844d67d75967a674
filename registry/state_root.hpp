#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/base/json.hpp"
#include "registry/past_chips.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// What a state commitment holds.
struct StateRoots {
  std::uint64_t chips = 0;
  Hash root;  ///< RFC 6962 over `state_leaf` of every chip, in order of registration.
  std::uint64_t parties = 0;
  Hash custodians;  ///< RFC 6962 over `custodian_leaf` of every party that ever had a chip, by id.

  friend bool operator==(const StateRoots&, const StateRoots&) = default;
};

/// A chip of a roster, with what it adds to the roster's sum.
struct RosterItem {
  ChipId chip;
  std::uint64_t tpp = 0;

  friend auto operator<=>(const RosterItem&, const RosterItem&) = default;
};

/// RFC 6962 leaf of an item: over the chip id's 16 bytes and the TPP as 8, big-endian.
[[nodiscard]] Hash roster_item_leaf(const RosterItem& item);
/// RFC 6962 over the items. Requires: by rising id.
[[nodiscard]] Hash roster_root(std::span<const RosterItem> items);
/// At most 2^53 - 1, which then means "that or more".
[[nodiscard]] std::uint64_t roster_tpp(std::span<const RosterItem> items);

/// What a state commitment says of one custodian.
struct CustodianRecord {
  std::string party;
  std::uint64_t count = 0;
  std::uint64_t tpp = 0;
  Hash root;

  friend bool operator==(const CustodianRecord&, const CustodianRecord&) = default;
};

/// SHA-256("muster/state/custodian/v1\n" || canonical JSON of the record).
[[nodiscard]] Hash custodian_leaf(const CustodianRecord& record);

/// The chips in the party's custody after `size` entries, by rising id.
/// Cost: the party's rows of the custody table, and a sort.
[[nodiscard]] std::vector<RosterItem> roster_items(const State& state, RowN party, Index32 size);

/// Parties that had a chip in custody within the first `size` entries, by rising id: those with a
/// leaf under `StateRoots::custodians`. Who passed all of them on has a count of 0.
[[nodiscard]] std::vector<RowN> custodians(const State& state, Index32 size);
[[nodiscard]] CustodianRecord custodian_record(const State& state, RowN party, Index32 size);

/// The leaves of all chips, in order of registration. Cost: about 1 µs a chip.
[[nodiscard]] std::vector<Hash> state_leaves(const State& state, const PastChips& chips);

/// What a commitment made now says. Cost: about 1.5 µs a chip.
[[nodiscard]] StateRoots state_roots(const State& state);

/// The body of the `state.commit` that says so.
[[nodiscard]] Json commit_body(const StateRoots& roots);

}  // namespace muster::registry
