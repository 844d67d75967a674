#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "registry/dump.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// The `rule` of the `conflict` that says that another process made the view anew: what was loaded
/// of it is no part of what is there now. Load it again.
inline constexpr const char* view_made_anew = "view.made_anew";

/// The tables of a state, kept somewhere, with the history of every chip.
///
/// Written behind the log in large transactions that move the cursor with the rows; never the
/// truth: whatever is wrong with it, the log makes it again. tests/registry/view is what every
/// view does.
class View {
 public:
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  virtual ~View() = default;

  /// Called now and then while all rows of a state are gone through, so that memory which was
  /// touched on the way can be given back. May be empty.
  using Pause = std::function<void()>;

  /// Writes what is unsaved in `state`, and the cursor, in one transaction. Where another process
  /// saved more than `state` has, nothing: the cursor never goes back.
  /// Errors: `corrupt` if what is there is of another log than the state; `view_made_anew`.
  virtual Result<void> save(const State& state, const Pause& pause) = 0;
  Result<void> save(const State& state) { return save(state, {}); }

  /// Every state that a chip was in by chip and index, as `dump_change` writes it.
  virtual Result<void> dump_history(const LineSink& sink) = 0;

  /// Calls `visit(chip, from, to, state)` for every state that a chip was in by chip and index;
  /// `to` is `no_index` for the state that it is in. Errors: `corrupt` for what is no value.
  using StateVisit = std::function<void(RowN, Index32, Index32, const ChipState&)>;
  virtual Result<void> each_state(const StateVisit& visit) = 0;

  // What was asked for by chip fails with `view_made_anew`, too.

  /// The state that the chip was in after `size` entries; nothing before it was made.
  virtual Result<std::optional<ChipState>> chip_at(RowN chip, Index32 size) = 0;

  /// The same of many chips: calls `visit(chip, state)` for those that had been made, in the order
  /// of `chips`, which rise.
  using ChipVisit = std::function<void(RowN, const ChipState&)>;
  virtual Result<void> chips_at(std::span<const RowN> chips, Index32 size,
                                const ChipVisit& visit) = 0;

  /// Every state that the chip was in by the first `size` entries, the newest first.
  /// Errors: `corrupt` for what is no value.
  virtual Result<std::vector<ChipState>> states_of(RowN chip, Index32 size) = 0;

 protected:
  View() = default;
  View(View&&) = default;
  View& operator=(View&&) = default;
};

/// Counts rows, and pauses after so many.
class Pauses final {
 public:
  explicit Pauses(const View::Pause& pause) : pause_(pause) {}

  void row() {
    constexpr std::uint64_t rows_between = 65'536;
    if (++rows_ % rows_between == 0 && pause_) pause_();
  }

 private:
  const View::Pause& pause_;
  std::uint64_t rows_ = 0;
};

}  // namespace muster::registry
