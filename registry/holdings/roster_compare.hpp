#pragma once

#include <string>
#include <vector>

#include "ledger/store.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

class View;

/// How many chips of a product a party has at a site, told in four ways that share no sum.
struct RosterCount {
  std::string party;
  std::string site;
  std::string product;
  std::uint64_t roster = 0;  ///< Rows of the custody table that are open then.
  std::uint64_t book = 0;    ///< All moves in, less all moves out, of the chips' histories.
  std::uint64_t chips = 0;   ///< Chips whose state says so.
  std::uint64_t replay = 0;  ///< The same of a state that was made again from entry 0.

  [[nodiscard]] bool agrees() const { return roster == book && book == chips && chips == replay; }
};

/// The rosters after some entries, compared.
struct RosterComparison {
  Index32 size = 0;
  std::vector<RosterCount> counts{};       ///< By party, site and product.
  std::vector<std::string> other_chips{};  ///< Parties whose counts agree and whose chips differ.
  std::uint64_t replay_faults = 0;         ///< Entries that the rules refuse.

  [[nodiscard]] bool agrees() const;
};

/// Compares rosters, books, chips and a replay as the first `size` entries tell them.
/// Requires: a flushed view. Errors: as `PastChips::after` and `follow_entries`.
/// Cost: judges `size` entries again, signatures included.
Result<RosterComparison> compare_rosters(const State& state, View& view, ledger::Store& store,
                                         Index32 size);

}  // namespace muster::registry
