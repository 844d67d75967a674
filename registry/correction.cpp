#include "registry/correction.hpp"

#include <algorithm>
#include <set>

#include "registry/alias_use.hpp"
#include "registry/cap.hpp"
#include "registry/chip_rules.hpp"
#include "registry/delegation.hpp"
#include "registry/dispute.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t most_named = 20;

/// The chips of a statement with what it would give them back to: those that it made stay.
std::vector<std::pair<RowN, ChipState>> images(const State& state, Index32 target) {
  return state.chips_before(target);
}

Result<void> wants_signature(const Case& found, RowN chip, RowN party, const char* what) {
  if (party == no_row || is_signer(found, party)) return {};
  return refusal("correct.second_party", chip_text(found.state, chip) + ": would be in " + what +
                                             " of " + found.state.party_name(party) +
                                             " again, which has to sign, or an authority");
}

/// The weight of the heaviest of the fields in which two objects differ; nothing if none does.
void weigh(std::span<const Field> fields, const Json& before, const Json& after,
           std::optional<Weight>& weight) {
  for (const Field& field : fields) {
    const std::string name(field.name);
    const Json was = before.contains(name) ? before[name] : Json();
    const Json is = after.contains(name) ? after[name] : Json();
    if (was != is) weight = std::min(weight.value_or(Weight::remark), field.weight);
  }
}

bool same_subjects(const Event& before, const Event& after) {
  const auto key = [](const Item& item) {
    return std::tuple(item.chip, item.has_expects, item.expects);
  };
  return before.header.subjects.form == after.header.subjects.form &&
         before.header.subjects.container == after.header.subjects.container &&
         before.header.expects == after.header.expects && before.header.site == after.header.site &&
         std::ranges::equal(before.items.items, after.items.items, {}, key, key);
}

bool same_cell(const Cell& a, const Cell& b) {
  return a.type == b.type && a.text == b.text && a.integer == b.integer;
}

/// The weight of the heaviest of the columns in which item `i` differs.
void weigh_item(const Event& before, const Event& after, std::size_t i,
                std::optional<Weight>& weight) {
  const auto columns = before.kind->columns;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    if (same_cell(before.items.cell(i, column), after.items.cell(i, column))) continue;
    weight = std::min(weight.value_or(Weight::remark), columns[column].weight);
  }
}

/// Whether more than remarks differ in the columns of item `i` that give no names.
bool other_facts_differ(const Event& before, const Event& after, std::size_t i) {
  const auto columns = before.kind->columns;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    const Field& field = columns[column];
    if (field.weight == Weight::remark || is_alias_column(field.name)) continue;
    if (!same_cell(before.items.cell(i, column), after.items.cell(i, column))) return true;
  }
  return false;
}

/// What a replacement replaces: of a replaced replacement, what that put in place.
const Event& replaced_event(const Case& found) {
  const Event& was = *found.event.was;
  return was.instead ? *was.instead : was;
}

bool same_author(const Header& a, const Header& b) {
  return a.origin == b.origin && a.kind == b.kind && a.org == b.org && a.stream == b.stream &&
         a.number == b.number && a.on_behalf_of == b.on_behalf_of;
}

bool is_over(std::uint64_t drawn, std::uint64_t most) { return most != 0 && drawn > most; }

/// The licensee who is over a limit in a row that was changed, or `no_row`.
RowN overrunner(const State& state, const RowEdit& edit) {
  const Tables& tables = state.tables();
  if (edit.table == "licence") {
    const Licence& row = tables.licences[edit.row];
    const bool over = is_over(row.units, row.max_units) || is_over(row.tpp, row.max_tpp);
    return over ? row.licensee : no_row;
  }
  const auto over = [&](const Cap& cap, const CapUse& use) {
    return overrun_text(cap, use).empty() ? no_row : tables.licences[cap.licence].licensee;
  };
  if (edit.table == "cap_use") {
    const CapUse& use = tables.cap_uses[edit.row];
    return over(tables.caps[tables.caps.find(use.id.substr(0, use.id.rfind('/')))], use);
  }
  if (edit.table != "cap") return no_row;
  const Cap& cap = tables.caps[edit.row];
  return over(cap, use_of(state, cap, {state.now_ms()}));
}

/// Taking a cancellation or a return back draws again, taking an acceptance back lowers the base of
/// a ratio: past judgements stand, and a cap that does not hold any more is a finding.
void note_overruns(State& state, Index32 target) {
  std::set<RowN> licensees;
  for (const RowEdit& edit : state.edits_of(target)) licensees.insert(overrunner(state, edit));
  licensees.erase(no_row);
  for (const RowN licensee : licensees) open_finding(state, licensee, "licence.overrun");
}

}  // namespace

bool authority_signs(const Case& found) {
  return std::ranges::any_of(found.signers,
                             [&](RowN party) { return has_role(found, party, Role::authority); });
}

Result<Index32> correctable_target(const Case& found) {
  const Hash target = found.body().hash("target");
  const auto index = found.state.statement_index(target);
  if (!index) return refusal("correct.unknown", "no statement " + target.to_hex());
  const StatementRow& row = found.tables().statements[*index];
  const Kind* kind = find_kind(row.kind);
  if (kind == nullptr || !kind->correctable) {
    return refusal("correct.not_correctable",
                   entry_text(found.state, *index) + ": no correction takes this kind back");
  }
  if (row.corrected == no_index) return *index;
  return refusal("correct.corrected", entry_text(found.state, *index) + " was taken back by " +
                                          entry_text(found.state, row.corrected));
}

Result<void> may_correct(const Case& found, Index32 target) {
  const StatementRow& row = found.tables().statements[target];
  const auto stands_for = [&](RowN party) {
    return party != no_row && (party == found.org || succeeds(found.state, found.org, party));
  };
  if (stands_for(row.party) || stands_for(row.delegate)) return {};
  if (has_role(found, found.org, Role::authority)) return {};
  return refusal("correct.not_yours", entry_text(found.state, target) + " was said by " +
                                          found.state.party_name(row.party) + ", got " +
                                          found.state.party_name(found.org));
}

Result<void> nothing_in_the_way(const Case& found, Index32 target) {
  const auto way = found.state.in_the_way(target);
  if (way.statements.empty()) {
    if (way.what.empty()) return {};
    return refusal("correct.in_the_way",
                   entry_text(found.state, target) + ": changed since: " + way.what);
  }
  std::string list;
  for (std::size_t i = 0; i < std::min(way.statements.size(), most_named); ++i) {
    list += (i == 0 ? "" : ", ") + entry_text(found.state, way.statements[i]);
  }
  if (way.statements.size() > most_named) {
    list += " and " + std::to_string(way.statements.size() - most_named) + " more";
  }
  return refusal("correct.dependants", entry_text(found.state, target) +
                                           ": these build on it; take them back first, newest "
                                           "first: " +
                                           list);
}

namespace {

/// A lease is not taken back over the head of who has the use of its chips, or of its capacity; nor
/// is its end, after which the lessee would answer for a pool again.
Result<void> lessees_sign(const Case& found, Index32 target) {
  for (const Lease& lease : found.tables().leases.rows()) {
    const bool began = lease.index == target && lease.ended == no_index;
    const bool ended = lease.ended == target && lease.units == 0;
    if (!began && !ended) continue;
    if (is_signer(found, lease.lessee)) continue;
    return refusal("correct.second_party", "lease " + lease.id + ": wants the signature of " +
                                               found.state.party_name(lease.lessee) +
                                               ", or of an authority");
  }
  return {};
}

/// A loss is not taken back by the word of whoever answers for the chips, nor is a count that did
/// not find them: what ends it is that somebody else has seen them.
Result<void> losses_stay(const Case& found, Index32 target) {
  const Tables& tables = found.tables();
  const auto refused = [&](RowN chip, const std::string& what) {
    return refusal("correct.second_party", chip_text(found.state, chip) + ": " + what + " by " +
                                               entry_text(found.state, target) +
                                               "; wants the signature of an authority");
  };
  const RowN author = tables.statements[target].party;
  for (const auto& [chip, before] : images(found.state, target)) {
    const ChipState& now = found.chip(chip);
    for (const Flag flag : {Flag::lost, Flag::stolen, Flag::missing}) {
      if (!now.has(flag) || before.has(flag)) continue;
      if (flag == Flag::missing && now.custodian != author) continue;
      return refused(chip, "declared " + std::string(name_of(flag)));
    }
  }
  for (const NotFound& row : tables.not_found.rows()) {
    if (row.index == target && row.shown == no_index) return refused(row.chip, "not found");
  }
  for (const Balance& row : tables.balances.rows()) {
    if (row.index != target || row.counted >= row.closing) continue;
    return refusal("correct.second_party",
                   entry_text(found.state, target) + " counted " +
                       std::to_string(row.closing - row.counted) +
                       " chips less than the book has; wants the signature of an authority");
  }
  return {};
}

}  // namespace

Result<void> those_concerned_sign(const Case& found, Index32 target) {
  const bool authority = authority_signs(found);
  for (const auto& [chip, before] : images(found.state, target)) {
    const ChipState& now = found.chip(chip);
    if (now.life == Life::destroyed && before.life != Life::destroyed) {
      if (!authority) {
        return refusal("correct.second_party",
                       chip_text(found.state, chip) + ": wants the signature of an authority");
      }
      for (const RowN party : signers_of(found.state, target)) {
        if (!is_signer(found, party)) {
          return refusal("correct.second_party",
                         chip_text(found.state, chip) + ": wants the signature of " +
                             found.state.party_name(party) + ", which signed its destruction");
        }
      }
    }
    if (authority) continue;
    if (before.custodian != now.custodian) {
      MUSTER_TRY(wants_signature(found, chip, before.custodian, "custody"));
    }
    if (before.owner != now.owner) {
      MUSTER_TRY(wants_signature(found, chip, before.owner, "title"));
    }
    if (before.lessee != now.lessee) {
      MUSTER_TRY(wants_signature(found, chip, before.lessee, "lease"));
    }
  }
  if (authority) return {};
  MUSTER_TRY(losses_stay(found, target));
  return lessees_sign(found, target);
}

Result<Weight> weight_of_change(const Case& found, Index32 target) {
  const Event& was = *found.event.was;
  const Event& now = *found.event.instead;
  const Hash& hash = found.tables().statements[target].hash;
  if (was.statement != hash) {
    return refusal("correct.other_text", "was: got the text of statement " +
                                             was.statement.to_hex() + ", want that of " +
                                             hash.to_hex());
  }
  const Event& before = replaced_event(found);
  if (!same_author(before.header, now.header)) {
    return refusal("correct.other_event",
                   "event: want kind, party, stream and number of the statement that it replaces");
  }
  std::optional<Weight> weight;
  weigh(before.kind->body, before.body, now.body, weight);
  if (same_subjects(before, now)) {
    for (std::size_t i = 0; i < now.items.items.size(); ++i) weigh_item(before, now, i, weight);
  } else {
    weight = Weight::effect;
  }
  const bool header_differs =
      before.header.event_time != now.header.event_time || before.header.zone != now.header.zone ||
      before.header.refs != now.header.refs || before.header.evidence != now.header.evidence;
  if (header_differs && !weight) weight = Weight::remark;
  if (weight) return *weight;
  return refusal("correct.no_change", "event: says what " + hash.to_hex() + " says");
}

std::vector<ChipId> changed_chips(const Case& found) {
  const Event& before = replaced_event(found);
  const Event& now = *found.event.instead;
  std::optional<Weight> body;
  weigh(before.kind->body, before.body, now.body, body);
  const bool all = body.value_or(Weight::remark) != Weight::remark;
  std::vector<ChipId> chips;
  for (std::size_t i = 0; i < now.items.items.size(); ++i) {
    if (!all && !renames(found.state, now, i) && !other_facts_differ(before, now, i)) continue;
    chips.push_back(now.items.items[i].chip);
  }
  return chips;
}

void take_back(State& state, Index32 target, bool as_if_never) {
  const auto& statements = state.tables().statements;
  Index32 first = target;
  while (find_kind(statements[first].kind)->replaces) first = statements[first].corrects;
  const Undo undo = find_kind(statements[first].kind)->undo;
  if (undo != nullptr) undo(state, target);
  state.reverse(target, as_if_never);
  note_overruns(state, target);
  const Index32 reworded = statements[target].corrects;
  if (reworded != no_index && statements[reworded].restated == target) {
    state.tables().statements.edit(reworded).restated = no_index;
  }
}

}  // namespace muster::registry
