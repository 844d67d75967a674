#include "registry/holdings/holdings.hpp"

#include <algorithm>

#include "registry/products_at.hpp"
#include "registry/view/view.hpp"

namespace muster::registry {
namespace {

template <class Table>
std::string id_of(const Table& table, RowN row) {
  return row == no_row ? std::string() : table[row].id;
}

Holding holding_of(const State& state, RowN chip, const ChipState& now, RowN product) {
  const Tables& tables = state.tables();
  return {.chip = state.chip_id(chip),
          .custodian = id_of(tables.parties, now.custodian),
          .owner = id_of(tables.parties, now.owner),
          .tenant = id_of(tables.parties, now.lessee),
          .site = id_of(tables.sites, now.site),
          .product = tables.products[product].id,
          .tpp = tables.products[product].tpp};
}

/// Adds up the states of chips as they come, by chip and index.
class FrameSum final {
 public:
  FrameSum(const State& state, const Selector& selector, const Window& window, Index32 size)
      : state_(&state), selector_(&selector), window_(&window), size_(size) {}

  void add(RowN chip, Index32 from, Index32 to, const ChipState& now) {
    if (from >= size_) return;
    if (chip != chip_) begin(chip);
    const bool fits = selector_->takes(now, product_);
    note_end(fits, from);
    if (!fits) return;
    const auto& statements = state_->tables().statements;
    const std::int64_t start = statements[from].accepted_ms;
    const bool open = to == no_index || to >= size_;
    const std::int64_t end = open ? Custody::open_ms : statements[to].accepted_ms;
    const std::int64_t first = std::max(start, window_->from.ms);
    const std::int64_t last = std::min(end, window_->to.ms);
    // Between two entries of one instant: an index of the window, though no time.
    const bool instant = start == end && start >= window_->from.ms && start < window_->to.ms;
    if (first >= last && !instant) return;
    Holding held = holding_of(*state_, chip, now, product_);
    held.held_ms = std::max<std::int64_t>(0, last - first);
    const Custody& custody = state_->tables().custody[now.custody];
    held.exit_read = custody.to_index < size_ && custody.exit_index < size_;
    if (is_new_) {
      list_.push_back(std::move(held));
      is_new_ = false;
      return;
    }
    held.held_ms += list_.back().held_ms;
    list_.back() = std::move(held);
  }

  std::vector<Holding> take() {
    std::ranges::sort(list_, {}, &Holding::chip);
    return std::move(list_);
  }

 private:
  /// A chip that is in the frame leaves with the first state that does not fit, and has not left if
  /// a later one does, in the window or after it.
  void note_end(bool fits, Index32 from) {
    if (is_new_) return;
    Index32& left = list_.back().left;
    if (fits) {
      left = no_index;
    } else if (left == no_index) {
      left = from;
    }
  }

  void begin(RowN chip) {
    chip_ = chip;
    is_new_ = true;
    product_ = state_->product_of(chip, size_);
  }

  const State* state_;
  const Selector* selector_;
  const Window* window_;
  Index32 size_;
  std::vector<Holding> list_{};
  RowN chip_ = no_row;
  RowN product_ = no_row;
  bool is_new_ = false;
};

constexpr auto most = static_cast<std::uint64_t>(max_json_integer);

}  // namespace

Result<std::vector<Holding>> holdings_at(const State& state, View* view, const Selection& selection,
                                         Index32 size) {
  MUSTER_TRY_ASSIGN(const Selector selector, Selector::make(state, selection));
  const bool now = size >= state.size();
  MUSTER_TRY_ASSIGN(const PastChips chips, now ? Result<PastChips>(PastChips::of_now(state))
                                               : PastChips::after(state, view, size));
  std::vector<Holding> list;
  const ProductsAt products(state, size);
  for (RowN n = 0; n < chips.count(); ++n) {
    const RowN product = products[n];
    if (selector.takes(chips[n], product)) {
      list.push_back(holding_of(state, n, chips[n], product));
    }
  }
  std::ranges::sort(list, {}, &Holding::chip);
  return list;
}

Result<std::vector<Holding>> holdings_in(const State& state, View& view, const Selection& selection,
                                         const Window& window, Index32 size) {
  MUSTER_TRY_ASSIGN(const Selector selector, Selector::make(state, selection));
  FrameSum sum(state, selector, window, size);
  MUSTER_TRY(view.each_state([&](RowN chip, Index32 from, Index32 to, const ChipState& now) {
    sum.add(chip, from, to, now);
  }));
  return sum.take();
}

HoldingTotals totals_of(std::span<const Holding> holdings) {
  HoldingTotals totals{.count = holdings.size()};
  for (const Holding& held : holdings) {
    totals.tpp += std::min(held.tpp, most - totals.tpp);
    totals.held_ms += std::min(static_cast<std::uint64_t>(held.held_ms), most - totals.held_ms);
  }
  return totals;
}

std::string chip_days(std::uint64_t held_ms) {
  constexpr std::uint64_t day = 86'400'000;
  std::string text = std::to_string(held_ms / day);
  // 1 / 86,400,000 has no end as a decimal: nine places round down to less than a millisecond's.
  std::uint64_t rest = held_ms % day;
  if (rest == 0) return text;
  text += '.';
  for (int place = 0; place < 9 && rest > 0; ++place) {
    rest *= 10;
    text += static_cast<char>('0' + rest / day);
    rest %= day;
  }
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace muster::registry
