#include "cli/chip_names.hpp"

#include <algorithm>
#include <map>

#include "cli/audit/ledger_event.hpp"
#include "cli/chip_facts.hpp"
#include "cli/print/number.hpp"
#include "registry/alias_use.hpp"

namespace muster::cli {
namespace {

using registry::no_row;
using registry::RowN;

void add(FoundName& found, FoundChip chip) {
  const auto same = [&](const FoundChip& one) { return one.chip == chip.chip; };
  if (std::ranges::none_of(found.chips, same)) found.chips.push_back(std::move(chip));
}

/// Takes a chip id, however it came: the chip, or who reserved its number.
void take_id(const registry::State& state, const ChipId& id, const std::string& by,
             FoundName& found) {
  const auto& tables = state.tables();
  const RowN row = state.find_chip(id);
  if (row != no_row) {
    add(found, {row, by, by == "list" ? registry::no_index : tables.identities[row].made});
    return;
  }
  if (by == "list") {
    found.known_only = "a list calls it chip " + id.to_string() + ", which is not registered";
    return;
  }
  const RowN block = state.find_block(id.parts().block);
  if (block == no_row || id.parts().ordinal >= tables.blocks[block].count) return;
  found.known_only = "entry " + std::to_string(tables.blocks[block].index) + ": " +
                     state.party_name(tables.blocks[block].owner) + " reserved its number for " +
                     tables.products[tables.blocks[block].product].id +
                     "; no chip of that id is registered";
}

}  // namespace

FoundName find_name(const registry::State& state, const exchange::Resolver& list,
                    const std::string& name) {
  const auto& tables = state.tables();
  FoundName found;
  if (const auto id = ChipId::parse_typed(name)) take_id(state, *id, "id", found);
  const auto own = exchange::Identifiers(state.origin()).parse(name);
  if (own && own->space == "chip") {
    if (const auto id = ChipId::parse(own->id)) take_id(state, *id, "uri", found);
  }
  if (const auto key = Hash::from_hex(name)) {
    const RowN row = state.chip_with_key(*key);
    if (row != no_row) add(found, {row, "key", registry::no_index});
  }
  for (const registry::AliasReading& reading : registry::alias_readings(name)) {
    for (const RowN row : state.named(reading.name)) {
      add(found, {tables.aliases[row].chip, std::string(registry::name_of(reading.scheme)),
                  tables.aliases[row].index});
    }
  }
  const auto listed = list.find(name, "chip");
  if (found.chips.empty() && listed && !own) {
    if (const auto id = ChipId::parse(*listed)) take_id(state, *id, "list", found);
  }
  const RowN holder = tables.holders.find(name);
  if (found.chips.empty() && found.known_only.empty() && holder != no_row) {
    found.known_only = "it is no chip, but a " + tables.holders[holder].kind + " with " +
                       print::counted(state.contents(holder).size(), "chip") + ": see holder show";
  }
  return found;
}

Result<RowN> chip_named(const registry::State& state, const std::string& name) {
  const FoundName found = find_name(state, exchange::Resolver(state.origin()), name);
  if (found.chips.size() == 1) return found.chips.front().chip;
  if (found.chips.empty()) {
    if (ChipId::parse_typed(name)) return chip_row(state, name);
    return failure(Errc::not_found, "chip " + name + ": no chip has this id or bears this name");
  }
  std::string chips;
  for (const FoundChip& one : found.chips) {
    if (!chips.empty()) chips += ", ";
    if (chips.size() > 500) {
      chips += "…";
      break;
    }
    chips += state.chip_id(one.chip).to_string();
  }
  return failure(Errc::not_found, "chip " + name + ": " + std::to_string(found.chips.size()) +
                                      " chips bear this name: " + chips);
}

ChipReader chip_reader(const registry::State& state) {
  return [&state](const std::string& text) -> Result<ChipId> {
    const auto id = ChipId::parse_typed(text);
    if (id) return *id;
    const auto row = chip_named(state, text);
    if (row) return state.chip_id(*row);
    return failure(Errc::invalid_input,
                   row.error().message + "; nor is it an id: " + id.error().message);
  };
}

ChipReader subject_reader(const registry::Kind& kind, const registry::State* state) {
  const bool made = kind.subjects == registry::TakesSubjects::new_chips;
  return state == nullptr || made ? ChipReader(ChipId::parse_typed) : chip_reader(*state);
}

Result<Json> names_json(Home& home, RowN chip) {
  const auto& tables = home.state().tables();
  std::map<registry::Index32, std::vector<registry::GivenName>> said;
  Json list = Json::array();
  for (const RowN row : home.state().names_of(chip)) {
    const registry::Alias& alias = tables.aliases[row];
    if (!said.contains(alias.index)) {
      MUSTER_TRY_ASSIGN(const LedgerEvent read, ledger_event(home, alias.index));
      const registry::Event& event = read.event.instead ? *read.event.instead : read.event;
      const auto& items = event.items.items;
      const auto item = std::ranges::find(items, home.state().chip_id(chip), &registry::Item::chip);
      if (item == items.end()) {
        return failure(Errc::corrupt, "entry " + std::to_string(alias.index) +
                                          ": gives names to a chip that it does not list");
      }
      MUSTER_TRY_ASSIGN(
          said[alias.index],
          registry::given_names(event, static_cast<std::size_t>(item - items.begin())));
    }
    Json name;
    for (const registry::GivenName& given : said[alias.index]) {
      if (given.reading.name == alias.name) name = given.reading.text;
    }
    list.push_back({{"scheme", registry::name_of(alias.scheme)},
                    {"name", std::move(name)},
                    {"index", alias.index},
                    {"party", home.state().party_name(tables.statements[alias.index].party)}});
  }
  return list;
}

}  // namespace muster::cli
