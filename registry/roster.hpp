#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/names.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// One chip that a party held or leased in a window.
struct FrameLine {
  ChipId chip;
  std::string site;  ///< Where the party had it last.
  ProductId product;
  std::int64_t held_ms = 0;  ///< Of the window, in the party's custody or under its lease.
  bool left = false;         ///< It is neither in the party's custody nor leased to it any more.
  bool exit_read = false;    ///< It left with a ledgered exit read.

  friend bool operator==(const FrameLine&, const FrameLine&) = default;
};

/// Every chip that was in a party's custody, or leased to it, at any moment of a window, by rising
/// id: in transit, installed, in quarantine, lost, retired and sold ones included. A lease of
/// capacity brings the lessor's whole pool.
struct Frame {
  PartyId party;
  Window window;
  std::vector<FrameLine> lines;
};

/// One chip that a party has.
struct RosterLine {
  ChipId chip;
  std::string site;
  ProductId product;
  Display display;  ///< As of the newest entry, whatever the roster's index.
};

/// The chips in a party's custody after `size` entries, by rising id.
struct Roster {
  PartyId party;
  Index32 size = 0;
  std::uint64_t tpp = 0;
  std::vector<RosterLine> lines;
};

/// The frame of `party` as the first `size` entries tell it.
/// Errors: `not_found` for an unknown party.
/// Cost: the party's rows of the custody table, and a sort.
Result<Frame> frame(const State& state, const PartyId& party, const Window& window,
                    std::optional<Index32> size = std::nullopt);

/// The rows of the chips of a frame, rising. Cost: as above, without text.
[[nodiscard]] std::vector<RowN> frame_chips(const State& state, RowN party, const Window& window,
                                            Index32 size);

/// A stretch of time in which a party had a chip, or could use it under a lease.
struct HeldStretch {
  RowN chip = no_row;
  Window time;
};

/// The stretches of a frame that lie in `window`, cut to it, by chip and beginning. Custody and a
/// lease may overlap.
[[nodiscard]] std::vector<HeldStretch> held_stretches(const State& state, RowN party,
                                                      const Window& window, Index32 size);

/// Errors: `not_found` for an unknown party.
Result<Roster> roster(const State& state, const PartyId& party,
                      std::optional<Index32> size = std::nullopt);

/// The statements of `party` that declare or amend runs of a window, oldest first.
[[nodiscard]] std::vector<Hash> declarations(const State& state, RowN party, const Window& window,
                                             Index32 size);
/// The root that a freeze quotes: RFC 6962 over those statement hashes.
[[nodiscard]] Hash declarations_root(const State& state, RowN party, const Window& window,
                                     Index32 size);

}  // namespace muster::registry
