#include "registry/balance/material_balance.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace muster::registry {
namespace {

/// A chip that came to the book or left it.
struct Move {
  bool increase = false;
  RowN chip = no_row;
  RowN product = no_row;
  Index32 index = 0;
  RowN counterpart = no_row;
};

std::vector<Move> moves_of(const std::vector<BookStay>& stays, const Window& period) {
  const auto inside = [&](std::int64_t ms) { return period.from.ms < ms && ms <= period.to.ms; };
  std::vector<Move> moves;
  for (const BookStay& stay : stays) {
    if (inside(stay.from_ms)) moves.push_back({true, stay.chip, stay.product, stay.from_index});
    if (inside(stay.to_ms)) moves.push_back({false, stay.chip, stay.product, stay.to_index});
  }
  return moves;
}

/// Fills in who had each chip before it came, or has it after it left.
void find_counterparts(const State& state, std::vector<Move>& moves) {
  const auto key = [](RowN chip, Index32 index) { return (std::uint64_t{chip} << 32U) | index; };
  std::unordered_map<std::uint64_t, std::size_t> came;
  std::unordered_map<std::uint64_t, std::size_t> left;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    (moves[i].increase ? came : left).emplace(key(moves[i].chip, moves[i].index), i);
  }
  for (const Custody& row : state.tables().custody.rows()) {
    const auto before = came.find(key(row.chip, row.to_index));
    if (before != came.end()) moves[before->second].counterpart = row.party;
    const auto after = left.find(key(row.chip, row.from_index));
    if (after != left.end()) moves[after->second].counterpart = row.party;
  }
}

std::uint64_t tpp_of(const State& state, RowN product) {
  return state.tables().products[product].tpp;
}

/// "accept.sealed" for an acceptance that says how, else the kind itself.
Result<std::string> method_of_entry(const std::string& kind, Index32 index,
                                    const BalanceTerms& terms) {
  if (kind != "accept" || !terms.method_of) return kind;
  MUSTER_TRY_ASSIGN(const std::string how, terms.method_of(index));
  return how.empty() ? kind : kind + "." + how;
}

Result<std::vector<BalanceLine>> lines_of(const State& state, std::vector<Move> moves,
                                          const BalanceTerms& terms) {
  find_counterparts(state, moves);
  std::ranges::sort(moves, {}, &Move::index);
  std::map<Index32, std::string> methods;
  std::map<std::tuple<bool, std::string, std::string, RowN>, BalanceLine> lines;
  for (const Move& move : moves) {
    const std::string& kind = state.tables().statements[move.index].kind;
    auto known = methods.find(move.index);
    if (known == methods.end()) {
      MUSTER_TRY_ASSIGN(std::string method, method_of_entry(kind, move.index, terms));
      known = methods.emplace(move.index, std::move(method)).first;
    }
    BalanceLine& line = lines[{!move.increase, kind, known->second, move.counterpart}];
    line.increase = move.increase;
    line.kind = kind;
    line.method = known->second;
    line.counterpart = move.counterpart;
    ++line.chips;
    line.tpp += tpp_of(state, move.product);
    if (line.sources.empty() || line.sources.back().index != move.index) {
      line.sources.push_back({move.index, 0});
    }
    ++line.sources.back().items;
  }
  std::vector<BalanceLine> list;
  for (auto& [key, line] : lines) {
    line.variance = terms.errors.variance(line.method, line.chips);
    list.push_back(std::move(line));
  }
  return list;
}

/// The period that the custodian closed, if it is this one.
const Balance* closed_period(const State& state, const BookScope& scope, const Window& period) {
  for (const Balance& row : state.tables().balances.rows()) {
    const bool same = row.party == scope.party && row.site == scope.site &&
                      row.product == scope.product && row.from == period.from &&
                      row.to == period.to;
    if (same && stands(state, row.index)) return &row;
  }
  return nullptr;
}

/// The newest inventory of the area, if the book that it was taken against is one of the period,
/// whenever it was filed. Inventories are of all products.
const Inventory* inventory_of(const State& state, const BookScope& scope, const Window& period) {
  if (scope.product != no_row) return nullptr;
  for (const Inventory& row : state.tables().inventories.rows()) {
    const std::int64_t at = state.tables().statements[row.entries - 1].accepted_ms;
    const bool same = row.party == scope.party && row.site == scope.site;
    if (same && stands(state, row.index) && period.from.ms < at && at <= period.to.ms) return &row;
  }
  return nullptr;
}

void count(const State& state, MaterialBalance& balance) {
  if (const Balance* row = closed_period(state, balance.scope, balance.period)) {
    balance.counted = Counted{row->counted, row->index, "balance.close"};
    balance.difference =
        static_cast<std::int64_t>(row->counted) - static_cast<std::int64_t>(row->closing);
    return;
  }
  if (const Inventory* row = inventory_of(state, balance.scope, balance.period)) {
    // It was taken against the book of its day, and says itself where the two differ.
    balance.counted = Counted{row->count, row->index, "inventory"};
    balance.difference =
        static_cast<std::int64_t>(row->over) - static_cast<std::int64_t>(row->missing);
  }
}

bool is_absent(const ChipState& chip) {
  return chip.has(Flag::lost) || chip.has(Flag::stolen) || chip.has(Flag::missing);
}

}  // namespace

Result<MaterialBalance> material_balance(const State& state, const BookScope& scope,
                                         const Window& period, const BalanceTerms& terms) {
  const auto stays = book_stays(state, scope);
  MaterialBalance balance{.scope = scope, .period = period};
  balance.figures = book_figures(stays, period);
  for (const BookStay& stay : stays) {
    if (stay.holds_at(period.from)) balance.opening_tpp += tpp_of(state, stay.product);
    if (!stay.holds_at(period.to)) continue;
    balance.closing_tpp += tpp_of(state, stay.product);
    if (stay.to_index == no_index && is_absent(state.tables().chips[stay.chip])) ++balance.absent;
  }
  MUSTER_TRY_ASSIGN(balance.lines, lines_of(state, moves_of(stays, period), terms));
  count(state, balance);
  double variance = terms.errors.variance("opening", balance.figures.opening);
  for (const BalanceLine& line : balance.lines) variance += line.variance;
  if (balance.counted) {
    variance += terms.errors.variance(balance.counted->method, balance.counted->chips);
  }
  balance.judgement =
      judge_difference(balance.difference, variance, terms.against, terms.errors.false_alarm);
  return balance;
}

}  // namespace muster::registry
