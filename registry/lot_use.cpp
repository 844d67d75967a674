#include "registry/lot_use.hpp"

#include <charconv>
#include <map>
#include <set>
#include <unordered_set>

#include "registry/policy.hpp"

namespace muster::registry {
namespace {

/// Splits at every `separator`.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool read_below(std::string_view text, std::uint32_t limit, std::uint32_t& value) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size() && value < limit;
}

Result<Die> die_of(const State& state, std::string_view text) {
  const auto parts = parts_of(text, '/');
  Die die;
  const bool sound = parts.size() == 4 && read_below(parts[1], Die::wafer_limit, die.wafer) &&
                     read_below(parts[2], Die::grid_limit, die.x) &&
                     read_below(parts[3], Die::grid_limit, die.y);
  if (!sound) {
    return refusal("dice.form", "got \"" + std::string(text) +
                                    "\", want lot/wafer/x/y with a wafer below 4,096, x and y "
                                    "below 1,024");
  }
  die.lot = state.tables().lots.find(std::string(parts[0]));
  if (die.lot == no_row) return refusal("lot.unknown", std::string(parts[0]));
  return die;
}

/// The dice that item `i` names; none if it names none.
Result<std::vector<Die>> dice_of(const Case& found, std::size_t i, std::size_t column) {
  std::vector<Die> dice;
  const Cell& cell = found.event.items.cell(i, column);
  if (cell.type == Cell::Type::absent) return dice;
  for (const auto part : parts_of(cell.text, ' ')) {
    MUSTER_TRY_ASSIGN(const Die die, die_of(found.state, part));
    dice.push_back(die);
  }
  return dice;
}

Result<std::uint64_t> dice_in_inputs(const Case& found, RowN product) {
  std::uint64_t dice = 0;
  std::set<RowN> seen;
  const auto& tables = found.tables();
  for (const Body& input : found.body().records("inputs")) {
    const std::string& id = input.text("lot");
    const RowN row = tables.lots.find(id);
    if (row == no_row) return refusal("lot.unknown", id);
    const Lot& lot = tables.lots[row];
    if (!seen.insert(row).second) return refusal("lot.twice", id);
    if (lot.holder != found.org) {
      return refusal("lot.not_yours", id + ": got " + found.state.party_name(found.org) +
                                          ", want " + found.state.party_name(lot.holder));
    }
    if (tables.products[lot.product].designer != tables.products[product].designer) {
      return refusal("lot.other_designer", id + " is for " + tables.products[lot.product].id);
    }
    const std::uint64_t takes = input.integer("quantity") + input.integer_or("scrap", 0);
    if (takes > lot.quantity) {
      return refusal("lot.too_few", id + ": has " + std::to_string(lot.quantity) + ", wants " +
                                        std::to_string(takes));
    }
    if (lot.unit == "die") dice += input.integer("quantity");
  }
  return dice;
}

std::map<RowN, std::uint64_t> quantities(const Case& found) {
  std::map<RowN, std::uint64_t> map;
  for (const Body& input : found.body().records("inputs")) {
    map[found.tables().lots.find(input.text("lot"))] = input.integer("quantity");
  }
  return map;
}

Result<void> check_named(const Case& found, std::size_t column, std::uint64_t per_chip) {
  std::map<RowN, std::uint64_t> left = quantities(found);
  std::unordered_set<std::uint64_t> brought;
  for (std::size_t i = 0; i < found.event.items.items.size(); ++i) {
    MUSTER_TRY_ASSIGN(const auto dice, dice_of(found, i, column));
    const std::string chip = "chip " + found.event.items.items[i].chip.to_string();
    if (!dice.empty() && dice.size() != per_chip) {
      return refusal("dice.count", chip + ": names " + std::to_string(dice.size()) +
                                       " dice, its product has " + std::to_string(per_chip));
    }
    for (const Die& die : dice) {
      const auto lot = left.find(die.lot);
      if (lot == left.end() || lot->second == 0) {
        return refusal("dice.not_from", chip + ": more dice of lot " +
                                            found.tables().lots[die.lot].id +
                                            " than the inputs take");
      }
      --lot->second;
      if (found.state.die_is_used(die) || !brought.insert(die.place()).second) {
        return refusal("dice.used", chip + ": a die of lot " + found.tables().lots[die.lot].id +
                                        ", wafer " + std::to_string(die.wafer) + " at " +
                                        std::to_string(die.x) + "," + std::to_string(die.y) +
                                        " is in another package");
      }
    }
  }
  return {};
}

}  // namespace

Result<void> check_inputs(const Case& found, std::size_t dice) {
  const RowN product = found.tables().products.find(found.body().text("product"));
  const std::uint64_t per_chip = found.tables().products[product].dies;
  if (!found.body().has("inputs")) {
    if (!Policy(found.state, found.state.size()).demands("lots_required")) {
      return check_named(found, dice, per_chip);
    }
    return refusal("lot.required", "the policy wants the lots that the chips are made of");
  }
  MUSTER_TRY_ASSIGN(const std::uint64_t got, dice_in_inputs(found, product));
  const std::uint64_t want = per_chip * found.event.items.items.size();
  if (got != want) {
    return refusal("dice.count", "inputs: got " + std::to_string(got) + " dice, want " +
                                     std::to_string(want) + ", " + std::to_string(per_chip) +
                                     " a package");
  }
  return check_named(found, dice, per_chip);
}

void use_inputs(State& state, const Case& found, std::size_t dice) {
  auto& lots = state.tables().lots;
  if (!found.body().has("inputs")) return;
  for (const Body& input : found.body().records("inputs")) {
    Lot& lot = lots.edit(lots.find(input.text("lot")));
    const std::uint64_t scrap = input.integer_or("scrap", 0);
    lot.quantity -= input.integer("quantity") + scrap;
    lot.used += input.integer("quantity");
    lot.scrapped += scrap;
  }
  for (std::size_t i = 0; i < found.event.items.items.size(); ++i) {
    const RowN chip = state.find_chip(found.event.items.items[i].chip);
    const auto named = dice_of(found, i, dice).value();
    for (Die die : named) {
      die.chip = chip;
      die.index = state.now_index();
      state.add_die(die);
    }
  }
}

void free_dice(State& state, Index32 target) {
  for (RowN n = 0; n < state.tables().dice.size(); ++n) {
    if (state.tables().dice[n].index == target) state.free_die(n);
  }
}

}  // namespace muster::registry
