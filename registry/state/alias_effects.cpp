// The names that chips have beside their ids.

#include <algorithm>

#include "registry/state/state.hpp"

namespace muster::registry {

std::vector<RowN> State::named(const AliasName& name) const {
  std::vector<RowN> list;
  for (RowN row = newest_by_name_.find(tables_.aliases, name); row != no_row;
       row = tables_.aliases[row].same) {
    if (tables_.aliases[row].ended == no_index) list.push_back(row);
  }
  std::ranges::reverse(list);
  return list;
}

std::vector<RowN> State::names_of(RowN chip) const {
  std::vector<RowN> list;
  for (RowN row = tables_.identities[chip].alias; row != no_row; row = tables_.aliases[row].older) {
    if (tables_.aliases[row].ended == no_index) list.push_back(row);
  }
  std::ranges::reverse(list);
  return list;
}

void State::set_names(RowN chip, std::span<const AliasReading> names) {
  std::vector<AliasName> kept;
  for (const RowN row : names_of(chip)) {
    const AliasName& name = tables_.aliases[row].name;
    if (std::ranges::find(names, name, &AliasReading::name) != names.end()) {
      kept.push_back(name);
    } else {
      tables_.aliases.edit(row).ended = now_index();
    }
  }
  for (const auto& [scheme, text, name] : names) {
    if (std::ranges::find(kept, name) != kept.end()) continue;
    const RowN row = tables_.aliases.add({.name = name,
                                          .chip = chip,
                                          .same = newest_by_name_.find(tables_.aliases, name),
                                          .older = tables_.identities[chip].alias,
                                          .index = now_index(),
                                          .scheme = scheme});
    follow(row, nullptr, &tables_.aliases[row]);
    tables_.identities.edit(chip).alias = row;
  }
}

void State::reverse_names(RowN chip, Index32 target) {
  // Whoever worded the names anew after the target has ended what stood before it.
  Index32 later = no_index;
  std::vector<RowN> before;
  for (RowN row = tables_.identities[chip].alias; row != no_row; row = tables_.aliases[row].older) {
    const Alias& alias = tables_.aliases[row];
    const bool stands = tables_.statements[alias.index].corrected == no_index;
    if (alias.index > target && stands) later = std::min(later, alias.index);
    if (alias.index == target) later = std::min(later, alias.ended);
    if (alias.ended == target) before.push_back(row);
    if (alias.index == target && alias.ended == no_index) {
      tables_.aliases.edit(row).ended = now_index();
    }
  }
  if (tables_.chips[chip].life == Life::voided) return;
  for (const RowN row : before) tables_.aliases.edit(row).ended = later;
}

}  // namespace muster::registry
