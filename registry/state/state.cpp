#include "registry/state/state.hpp"

#include <algorithm>

namespace muster::registry {

State::State(bool keep_changes, std::pmr::memory_resource& memory)
    : block_by_number_(&memory),
      chips_of_block_(&memory),
      device_keys_(memory),
      newest_by_name_(memory),
      statement_by_hash_(memory),
      statements_of_stream_(&memory),
      custody_of_party_(&memory),
      contents_(memory),
      inner_holders_(&memory),
      open_held_(&memory),
      deadlines_(&memory),
      used_dice_(&memory),
      open_lines_(&memory),
      assured_(&memory),
      sought_(&memory),
      keep_changes_(keep_changes) {
  Tables::each(tables_, [&memory](const char*, auto& table) { table.live_in(memory); });
}

std::string State::origin() const {
  return tables_.genesis.size() == 0 ? std::string() : tables_.genesis[0].origin;
}

RowN State::find_block(std::uint64_t number) const {
  const auto found = block_by_number_.find(number);
  return found == block_by_number_.end() ? no_row : found->second;
}

RowN State::chip_at(RowN block, std::uint64_t ordinal) const {
  const auto& chips = chips_of_block_[block];
  return ordinal < chips.size() ? chips[ordinal] : no_row;
}

RowN State::find_chip(const ChipId& id) const {
  const auto parts = id.parts();
  const RowN block = find_block(parts.block);
  if (block == no_row) return no_row;
  const RowN chip = chip_at(block, parts.ordinal);
  if (chip == no_row || tables_.identities[chip].random != parts.random) return no_row;
  return chip;
}

RowN State::chip_with_key(const Hash& device_key) const {
  return device_keys_.find(tables_.identities, device_key);
}

ChipId State::chip_id(RowN chip) const {
  const ChipIdentity& identity = tables_.identities[chip];
  return ChipId::from_parts({.block = tables_.blocks[identity.block].number,
                             .ordinal = identity.ordinal,
                             .random = identity.random});
}

Display State::display(RowN chip) const { return display_of(tables_.chips[chip]); }

Display display_of(const ChipState& now) {
  if (now.life == Life::voided) return Display::voided;
  if (now.life == Life::destroyed) return Display::destroyed;
  if (now.life == Life::out) return Display::out;
  if (now.has(Flag::seized)) return Display::seized;
  if (now.has(Flag::stolen)) return Display::stolen;
  if (now.has(Flag::lost)) return Display::lost;
  if (now.has(Flag::missing)) return Display::missing;
  if (now.has(Flag::hold)) return Display::held_at_border;
  if (now.has(Flag::quarantine)) return Display::quarantine;
  if (now.transport != Transport::at_site) return Display::in_transit;
  if (now.shipment != no_row) return Display::released;
  if (now.has(Flag::rma)) return Display::in_repair;
  if (now.place == Place::installed) return Display::installed;
  if (now.life == Life::retired) return Display::retired;
  if (now.life == Life::passed) return Display::in_stock;
  return now.life == Life::failed ? Display::rejected : Display::made;
}

const Hash& State::last_statement(RowN chip) const {
  if (!as_if_last_.empty()) {
    const auto as_if = as_if_last_.find(chip);
    if (as_if != as_if_last_.end()) return tables_.statements[as_if->second].hash;
  }
  return tables_.statements[tables_.chips[chip].last].hash;
}

std::optional<Index32> State::statement_index(const Hash& statement) const {
  const RowN found = statement_by_hash_.find(tables_.statements, statement);
  if (found == no_row) return std::nullopt;
  return found;
}

std::optional<Index32> State::numbered(RowN stream, std::uint64_t number) const {
  if (stream == no_row) return std::nullopt;
  const auto& list = statements_of_stream_[stream];
  const auto number_of = [this](Index32 index) { return tables_.statements[index].number; };
  const auto found = std::ranges::lower_bound(list, number, {}, number_of);
  if (found == list.end() || number_of(*found) != number) return std::nullopt;
  return *found;
}

std::vector<RowN> State::inner_holders(RowN holder) const {
  std::vector<RowN> list;
  for (auto at = inner_holders_.lower_bound({holder, 0});
       at != inner_holders_.end() && at->first == holder; ++at) {
    list.push_back(at->second);
  }
  return list;
}

std::vector<RowN> State::contents(RowN holder) const {
  std::vector<RowN> chips;
  std::vector<RowN> open{holder};
  while (!open.empty()) {
    const RowN next = open.back();
    open.pop_back();
    contents_.each(next, [&](RowN chip) { chips.push_back(chip); });
    for (const RowN inner : inner_holders(next)) open.push_back(inner);
  }
  std::ranges::sort(chips);
  return chips;
}

std::span<const RowN> State::custody_of(RowN party) const {
  if (party >= custody_of_party_.size()) return {};
  return custody_of_party_[party];
}

RowN State::find_held(RowN chip, RowN hold) const {
  const auto found = open_held_.find({chip, hold});
  return found == open_held_.end() ? no_row : found->second;
}

std::vector<RowN> State::holds_on(RowN chip) const {
  std::vector<RowN> list;
  for (auto at = open_held_.lower_bound({chip, 0}); at != open_held_.end(); ++at) {
    if (at->first.first != chip) break;
    list.push_back(at->first.second);
  }
  return list;
}

std::vector<RowN> State::open_lines(RowN chip) const {
  std::vector<RowN> list;
  for (auto at = open_lines_.lower_bound({chip, 0}); at != open_lines_.end(); ++at) {
    if (at->first != chip) break;
    list.push_back(at->second);
  }
  return list;
}

std::uint16_t State::flags(RowN chip) const {
  ChipState now = tables_.chips[chip];
  if (open_lines_.empty()) return now.flags;
  for (const RowN line : open_lines(chip)) {
    if (tables_.case_lines[line].kind == "tamper") now.set(Flag::tamper);
    if (tables_.case_lines[line].kind == "diverted") now.set(Flag::diverted);
  }
  return now.flags;
}

Assurance State::assurance(RowN chip) const {
  const Assurance enrolled = tables_.chips[chip].assurance;
  const auto found = assured_.find(chip);
  if (found == assured_.end()) return enrolled;
  return std::max(enrolled, tables_.assured[found->second].level);
}

RowN State::product_of(RowN chip, Index32 size) const {
  const auto& regrades = tables_.regrades.rows();
  auto later = std::ranges::lower_bound(regrades, size, {}, &Regrade::index);
  for (; later != regrades.end(); ++later) {
    for (const ChipBefore& run : runs_of(later->chips_of)) {
      if (run.first <= chip && chip < run.first + run.count) return later->from;
    }
  }
  return tables_.identities[chip].product;
}

bool State::die_is_used(const Die& die) const { return used_dice_.contains(die.place()); }

std::string State::party_name(RowN party) const {
  return party == no_row ? "nobody" : tables_.parties[party].id;
}

void State::mark_saved() {
  Tables::each(tables_, [](const char*, auto& table) { table.mark_saved(); });
  changes_.erase(changes_.begin(),
                 changes_.begin() + static_cast<std::ptrdiff_t>(committed_changes_));
  committed_changes_ = 0;
}

}  // namespace muster::registry
