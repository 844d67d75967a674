#include "registry/chip_rules.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

template <class Enum>
bool allows(std::uint8_t set, Enum value) {
  return (set & (1U << static_cast<unsigned>(value))) != 0;
}

template <class Enum>
std::string names_in(std::uint8_t set, Enum last) {
  std::string text;
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i) {
    if ((set & (1U << i)) == 0) continue;
    if (!text.empty()) text += " or ";
    text += name_of(static_cast<Enum>(i));
  }
  return text;
}

Result<void> check_life(const Case& found, RowN n) {
  const ChipState& chip = found.chip(n);
  const ChipNeeds& needs = found.event.kind->needs;
  const bool terminal = chip.life == Life::destroyed || chip.life == Life::voided;
  if (terminal && !allows(needs.life, chip.life)) {
    return refusal("chip.terminal", chip_text(found.state, n) + ": nothing follows");
  }
  if (!allows(needs.life, chip.life)) {
    return refusal("chip.wrong_life", chip_text(found.state, n) + ", life " +
                                          std::string(name_of(chip.life)) + ", want " +
                                          names_in(needs.life, Life::out));
  }
  return {};
}

Result<void> check_flags(const Case& found, RowN n) {
  const ChipState& chip = found.chip(n);
  const ChipNeeds& needs = found.event.kind->needs;
  if (needs.not_seized && chip.has(Flag::seized)) {
    return refusal("chip.seized", chip_text(found.state, n) + ", want one that is not seized");
  }
  if (needs.not_lost && (chip.has(Flag::lost) || chip.has(Flag::stolen))) {
    return refusal(chip.has(Flag::stolen) ? "chip.stolen" : "chip.lost",
                   chip_text(found.state, n) + ", want one that was not declared missing");
  }
  if (needs.not_missing && chip.has(Flag::missing)) {
    return refusal("chip.missing", chip_text(found.state, n) + ", want its case resolved first");
  }
  if (needs.no_hold && chip.has(Flag::hold)) {
    return refusal("chip.held", chip_text(found.state, n) + ", under " +
                                    std::to_string(chip.holds) + " holds, want none");
  }
  if (needs.no_quarantine && chip.has(Flag::quarantine)) {
    return refusal("chip.quarantine", chip_text(found.state, n) + ", want it out of quarantine");
  }
  return {};
}

Result<void> check_custody(const Case& found, RowN n) {
  const ChipState& chip = found.chip(n);
  const ChipNeeds& needs = found.event.kind->needs;
  if (needs.custodian && chip.custodian != found.org) {
    return refusal("custody.not_custodian", chip_text(found.state, n) + ", got " +
                                                found.state.party_name(found.org) + ", want " +
                                                found.state.party_name(chip.custodian));
  }
  if (needs.no_release && chip.shipment != no_row) {
    return refusal("release.open", chip_text(found.state, n) + ", released in shipment " +
                                       found.tables().shipments[chip.shipment].id);
  }
  if (needs.release && chip.shipment == no_row) {
    return refusal("release.none", chip_text(found.state, n) + ", want an open release");
  }
  return {};
}

/// What is in a closed container stays as it is until that is unpacked.
Result<void> not_shut_in(const Case& found, RowN n) {
  if (allows(found.event.kind->needs.place, Place::in_container)) return {};
  const auto& holders = found.tables().holders;
  for (RowN at = found.chip(n).parent; at != no_row; at = holders[at].parent) {
    if (!holders[at].closed) continue;
    return refusal("container.closed",
                   chip_text(found.state, n) + ", in " + holders[at].id + ": unpack that first");
  }
  return {};
}

Result<void> check_place(const Case& found, RowN n) {
  const ChipState& chip = found.chip(n);
  const ChipNeeds& needs = found.event.kind->needs;
  if (!allows(needs.transport, chip.transport)) {
    return refusal("chip.wrong_transport", chip_text(found.state, n) + ", " +
                                               std::string(name_of(chip.transport)) + ", want " +
                                               names_in(needs.transport, Transport::returning));
  }
  // Children of a root that is named itself may stand anywhere in it, unless they are installed.
  const bool through_root = found.holder != no_row && chip.place != Place::installed;
  if (through_root) return {};
  if (allows(needs.place, chip.place)) return not_shut_in(found, n);
  if (chip.parent != no_row && chip.place != Place::installed) {
    return refusal("custody.child", chip_text(found.state, n) + ", in " +
                                        found.tables().holders[chip.parent].id +
                                        ": name that, or take it out first");
  }
  return refusal("chip.wrong_place", chip_text(found.state, n) + ", " +
                                         std::string(name_of(chip.place)) + ", want " +
                                         names_in(needs.place, Place::installed));
}

tl::unexpected<Error> mismatch(const std::string& what, const Hash& got, const Hash& current) {
  return refusal("expects.mismatch",
                 what + ": got " + got.to_hex() + ", its last statement is " + current.to_hex());
}

Result<void> check_expects(const Case& found, const Item& item, RowN n) {
  const Expects want = found.event.kind->expects;
  if (!item.has_expects) {
    if (want != Expects::required) return {};
    return refusal("expects.missing", "chip " + item.chip.to_string() + ": its last statement is " +
                                          found.state.last_statement(n).to_hex());
  }
  if (want == Expects::absent) {
    return refusal("expects.unwanted", "chip " + item.chip.to_string() + ": want null");
  }
  const Hash& current = found.state.last_statement(n);
  if (item.expects != current)
    return mismatch("chip " + item.chip.to_string(), item.expects, current);
  return {};
}

Result<void> check_holder_expects(const Case& found) {
  const Holder& holder = found.tables().holders[found.holder];
  const auto& expects = found.event.header.expects.front();
  const Hash& current = found.tables().statements[holder.last].hash;
  if (!expects && found.event.kind->expects == Expects::required) {
    return refusal("expects.missing",
                   "container " + holder.id + ": its last statement is " + current.to_hex());
  }
  if (expects && *expects != current) return mismatch("container " + holder.id, *expects, current);
  return {};
}

Result<void> find_holder(Case& found) {
  const std::string& id = found.event.header.subjects.container;
  found.holder = found.tables().holders.find(id);
  if (found.holder == no_row) return refusal("holder.unknown", "\"" + id + "\"");
  if (found.tables().holders[found.holder].parent != no_row) {
    return refusal("custody.child",
                   id + " stands in " +
                       found.tables().holders[found.tables().holders[found.holder].parent].id);
  }
  found.chips = found.state.contents(found.holder);
  if (found.chips.empty()) return refusal("subjects.empty", id + " holds no chip");
  return check_holder_expects(found);
}

}  // namespace

std::string entry_text(const State& state, Index32 index) {
  const StatementRow& row = state.tables().statements[index];
  return "entry " + std::to_string(index) + " (" + row.kind + ", " + row.hash.to_hex() + ")";
}

tl::unexpected<Error> id_in_use(const State& state, std::string rule, const std::string& id,
                                Index32 index) {
  return refusal(std::move(rule),
                 "got " + id + ", want an id that is new: " + entry_text(state, index) + " of " +
                     state.party_name(state.tables().statements[index].party) + " has it");
}

std::string chip_text(const State& state, RowN chip) {
  return "chip " + state.chip_id(chip).to_string() + " is " +
         std::string(name_of(state.display(chip)));
}

Result<void> find_subjects(Case& found) {
  if (found.event.header.subjects.form == SubjectForm::container) return find_holder(found);
  if (found.event.kind->subjects == TakesSubjects::new_chips) return {};
  found.chips.reserve(found.event.items.items.size());
  for (const Item& item : found.event.items.items) {
    const RowN chip = found.state.find_chip(item.chip);
    if (chip == no_row) return refusal("chip.unknown", item.chip.to_string());
    found.chips.push_back(chip);
  }
  return {};
}

namespace {

/// At a chokepoint an authority may open things that are not its own.
bool at_chokepoint(const Case& found, RowN n) {
  const ChipState& chip = found.chip(n);
  return found.event.kind->needs.or_at_chokepoint && chip.transport == Transport::at_chokepoint &&
         has_role(found, found.org, Role::authority);
}

}  // namespace

Result<void> check_chips(const Case& found) {
  const bool listed = found.holder == no_row;
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const RowN n = found.chips[i];
    MUSTER_TRY(check_life(found, n));
    if (listed) MUSTER_TRY(check_expects(found, found.event.items.items[i], n));
    if (at_chokepoint(found, n)) continue;
    MUSTER_TRY(check_custody(found, n));
    MUSTER_TRY(check_flags(found, n));
    MUSTER_TRY(check_place(found, n));
  }
  return {};
}

}  // namespace muster::registry
