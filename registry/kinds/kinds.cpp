#include <algorithm>
#include <unordered_map>
#include <vector>

#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

std::vector<const Kind*> all_kinds() {
  std::vector<const Kind*> list;
  for (const auto group :
       {party_kinds(),    key_kinds(),      standing_kinds(),       lot_kinds(),
        identity_kinds(), assembly_kinds(), swap_kinds(),           unpack_kinds(),
        seal_kinds(),     licence_kinds(),  licence_change_kinds(), screening_kinds(),
        release_kinds(),  transit_kinds(),  custody_kinds(),        border_kinds(),
        seizure_kinds(),  newcomer_kinds(), presence_kinds(),       title_kinds(),
        repair_kinds(),   use_kinds(),      loss_kinds(),           case_kinds(),
        resolve_kinds(),  dispute_kinds(),  correct_kinds(),        audit_kinds(),
        ceremony_kinds(), answer_kinds(),   book_kinds(),           prover_kinds(),
        govern_kinds(),   anchor_kinds(),   refusal_kinds()}) {
    for (const Kind& kind : group) list.push_back(&kind);
  }
  return list;
}

}  // namespace

std::span<const Kind* const> kinds() {
  static const std::vector<const Kind*> list = all_kinds();
  return list;
}

const Kind* find_kind(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const Kind*> map;
    for (const Kind* kind : kinds()) map.emplace(kind->name, kind);
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

Result<void> no_further_rule(const Case& /*found*/) { return {}; }

void no_effect(State& /*state*/, const Case& /*found*/) {}

void leave_site(State& state, RowN chip) {
  if (state.tables().chips[chip].place != Place::installed) return;
  state.vacate(chip);
  const RowN parent = state.tables().chips[chip].parent;
  state.touch(chip).place = parent == no_row ? Place::loose : Place::in_assembly;
}

void take_out(State& state, RowN chip) {
  state.vacate(chip);
  state.set_parent(chip, no_row);
  state.touch(chip).place = Place::loose;
}

}  // namespace muster::registry
