#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/holdings/selection.hpp"
#include "registry/past_chips.hpp"

namespace muster::registry {

/// One chip of a roster or a frame, with whatever it may have been selected by.
struct Holding {
  ChipId chip = ChipId::from_bytes({});
  std::string custodian{};
  std::string owner{};
  std::string tenant{};  ///< Empty: nobody leases it.
  std::string site{};
  std::string product{};
  std::uint64_t tpp = 0;
  std::int64_t held_ms = 0;  ///< Of a window: how long it was as asked for. Of a moment: 0.
  bool exit_read = false;    ///< Of a window: it left with a ledgered exit read.
  /// Of a window: the entry after which it fitted no more, if it does not fit as far as the entries
  /// tell; else `no_index`. No leaf has it.
  Index32 left = no_index;

  friend bool operator==(const Holding&, const Holding&) = default;
};

/// The chips that fit after `size` entries, by rising id.
/// Errors: `not_found` as of `Selector::make`; `unavailable` and `corrupt` as of
/// `PastChips::after`: `view`, flushed, may be null if no later entry changed a chip. Cost: one
/// look at every chip, and a query for each that was changed since.
Result<std::vector<Holding>> holdings_at(const State& state, View* view, const Selection& selection,
                                         Index32 size);

/// The chips that fit at any index of the window, as the first `size` entries tell it, by rising
/// id. Where a chip was, and whose, is said as of its last moment in the window that fits.
/// Requires: a flushed view.
/// Errors: as above; those of the view.
/// Cost: reads the whole history of chips, about 1 µs a state.
Result<std::vector<Holding>> holdings_in(const State& state, View& view, const Selection& selection,
                                         const Window& window, Index32 size);

/// What many holdings come to.
struct HoldingTotals {
  std::uint64_t count = 0;
  std::uint64_t tpp = 0;      ///< At most 2^53 - 1, which then means "that or more".
  std::uint64_t held_ms = 0;  ///< Likewise. Over 86,400,000 it is chip-days.

  friend bool operator==(const HoldingTotals&, const HoldingTotals&) = default;
};
[[nodiscard]] HoldingTotals totals_of(std::span<const Holding> holdings);

/// `held_ms` as days, exactly: "12.5".
[[nodiscard]] std::string chip_days(std::uint64_t held_ms);

}  // namespace muster::registry
