#include "registry/alias_use.hpp"

#include <algorithm>
#include <unordered_set>

#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

struct AliasColumn {
  std::string_view name;
  AliasScheme scheme;
};

constexpr std::array<AliasColumn, 4> alias_columns{{{"ecid", AliasScheme::ecid},
                                                    {"gs1", AliasScheme::gs1},
                                                    {"marks", AliasScheme::mark},
                                                    {"serial", AliasScheme::serial}}};

/// Whether any item of the event gives its chip a name at all: most lots have none.
bool gives_names(const Event& event) {
  const auto columns = event.kind->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!is_alias_column(columns[i].name)) continue;
    for (std::size_t item = 0; item < event.items.items.size(); ++item) {
      if (event.items.cell(item, i).type != Cell::Type::absent) return true;
    }
  }
  return false;
}

RowN maker_of(const State& state, RowN product) {
  return state.tables().products[product].designer;
}

/// The chip that bears a name and keeps a chip of `product` from bearing it too, or `no_row`.
RowN bearer_in_the_way(const State& state, const AliasReading& reading, RowN product,
                       const std::unordered_set<RowN>& own) {
  if (reading.scheme == AliasScheme::mark) return no_row;
  const auto& tables = state.tables();
  for (const RowN row : state.named(reading.name)) {
    const RowN chip = tables.aliases[row].chip;
    if (own.contains(chip)) continue;
    const bool one_maker =
        maker_of(state, tables.identities[chip].product) == maker_of(state, product);
    if (reading.scheme == AliasScheme::gs1 || one_maker) return chip;
  }
  return no_row;
}

/// Whether the chip bears the name already: to say so again claims nothing.
bool bears(const State& state, RowN chip, const AliasName& name) {
  return chip != no_row && std::ranges::any_of(state.names_of(chip), [&](RowN row) {
           return state.tables().aliases[row].name == name;
         });
}

/// Whether another chip of the same maker bears a name of this one.
bool shares_a_name(const State& state, RowN chip) {
  const auto& tables = state.tables();
  const RowN product = tables.identities[chip].product;
  return std::ranges::any_of(state.names_of(chip), [&](RowN row) {
    const Alias& alias = tables.aliases[row];
    return bearer_in_the_way(state, {alias.scheme, {}, alias.name}, product, {chip}) != no_row;
  });
}

std::string given_text(const Item& item, const GivenName& given) {
  return "chip " + item.chip.to_string() + ": " + std::string(given.column) + " " +
         given.reading.text;
}

}  // namespace

Result<std::vector<GivenName>> given_names(const Event& event, std::size_t item) {
  std::vector<GivenName> list;
  const auto columns = event.kind->columns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto column = std::ranges::find(alias_columns, columns[i].name, &AliasColumn::name);
    if (column == alias_columns.end()) continue;
    const Cell& cell = event.items.cell(item, i);
    if (cell.type == Cell::Type::absent) continue;
    auto spelling = alias_spelling(column->scheme, cell.text);
    if (!spelling) {
      return refusal("alias.form", "chip " + event.items.items[item].chip.to_string() + ": got \"" +
                                       std::string(cell.text) + "\"");
    }
    const AliasName name = alias_name(column->scheme, *spelling);
    list.push_back({{column->scheme, std::move(*spelling), name}, column->name});
  }
  return list;
}

Result<void> names_are_free(const Case& found, const Event& event, RowN product) {
  if (!gives_names(event)) return {};
  std::unordered_set<RowN> own;
  for (const Item& item : event.items.items) {
    const RowN chip = found.state.find_chip(item.chip);
    if (chip != no_row) own.insert(chip);
  }
  std::unordered_set<AliasName> brought;
  for (std::size_t i = 0; i < event.items.items.size(); ++i) {
    MUSTER_TRY_ASSIGN(const auto given, given_names(event, i));
    for (const GivenName& one : given) {
      if (one.reading.scheme == AliasScheme::mark) continue;
      if (!brought.insert(one.reading.name).second) {
        return refusal("alias.taken", given_text(event.items.items[i], one) + " stands twice");
      }
      const RowN other = bearer_in_the_way(found.state, one.reading, product, own);
      const RowN chip = found.state.find_chip(event.items.items[i].chip);
      if (other == no_row || bears(found.state, chip, one.reading.name)) continue;
      return refusal("alias.taken", given_text(event.items.items[i], one) + " is that of chip " +
                                        found.state.chip_id(other).to_string());
    }
  }
  return {};
}

bool is_alias_column(std::string_view column) {
  return std::ranges::find(alias_columns, column, &AliasColumn::name) != alias_columns.end();
}

bool renames(const State& state, const Event& event, std::size_t item) {
  const RowN chip = state.find_chip(event.items.items[item].chip);
  const auto given = given_names(event, item);
  if (chip == no_row || !given) return true;
  const std::size_t kept = static_cast<std::size_t>(std::ranges::count_if(
      *given, [&](const GivenName& one) { return bears(state, chip, one.reading.name); }));
  return kept != given->size() || kept != state.names_of(chip).size();
}

void name_new_chips(State& state, const Event& event) {
  if (gives_names(event)) give_names(state, event);
}

void give_names(State& state, const Event& event) {
  for (std::size_t i = 0; i < event.items.items.size(); ++i) {
    std::vector<AliasReading> names;
    const auto given = given_names(event, i);
    MUSTER_CHECK(given.has_value());
    for (const GivenName& one : *given) names.push_back(one.reading);
    const RowN chip = state.find_chip(event.items.items[i].chip);
    if (chip != no_row) state.set_names(chip, names);
  }
}

Result<void> restated_names_rule(const Case& found) {
  const Event& event = *found.event.instead;
  const RowN product = found.tables().products.find(event.fields().text("product"));
  MUSTER_CHECK(product != no_row);
  return names_are_free(found, event, product);
}

void restate_names(State& state, const Case& found) { give_names(state, *found.event.instead); }

void undo_names(State& state, Index32 target) {
  const auto& statements = state.tables().statements;
  Index32 first = target;
  while (statements[first].corrects != no_index) first = statements[first].corrects;
  for (const RowN chip : state.made_by(target)) state.reverse_names(chip, target);
  if (first == target) return;
  bool doubled = false;
  for (const RowN chip : state.made_by(first)) {
    state.reverse_names(chip, target);
    doubled = doubled || shares_a_name(state, chip);
  }
  // Past judgements stand: whoever took the name meanwhile keeps it.
  if (doubled) open_finding(state, statements[first].party, "alias.doubled");
}

}  // namespace muster::registry
