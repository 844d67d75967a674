#include "tests/registry/support/violations.hpp"

#include <map>
#include <set>

#include "registry/draw.hpp"
#include "registry/rules.hpp"

namespace muster::test {

using namespace registry;

namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string of_chip(const State& state, RowN chip, const std::string& what) {
  return what + ": chip " + state.chip_id(chip).to_string() + ", " +
         std::string(name_of(state.display(chip))) + ", in custody of " +
         state.party_name(state.tables().chips[chip].custodian);
}

/// 1: one custodian, and the open row of the custody table says the same.
std::string custody_violation(const State& state, RowN n) {
  const ChipState& chip = state.tables().chips[n];
  if (is_terminal(chip)) {
    const bool ended = chip.custodian == no_row && chip.custody == no_row;
    return ended ? "" : of_chip(state, n, "4: custody of a chip that is no more");
  }
  if (chip.custodian == no_row) return of_chip(state, n, "1: no custodian");
  if (chip.life == Life::out) {
    return chip.custody == no_row ? "" : of_chip(state, n, "1: counted while out of scope");
  }
  if (chip.custody == no_row) return of_chip(state, n, "1: no open custody");
  const Custody& row = state.tables().custody[chip.custody];
  const bool same = row.party == chip.custodian && row.chip == n && row.site == chip.site &&
                    row.to_index == no_index;
  return same ? "" : of_chip(state, n, "1: custody row says otherwise");
}

/// 5: what stands in a holder has the holder's custodian, and a place that says so.
std::string place_violation(const State& state, RowN n) {
  const ChipState& chip = state.tables().chips[n];
  if (chip.parent == no_row) {
    const bool fits = chip.place == Place::loose || chip.place == Place::installed;
    return fits ? "" : of_chip(state, n, "5: in no holder");
  }
  const Holder& holder = state.tables().holders[chip.parent];
  if (holder.custodian != chip.custodian) return of_chip(state, n, "5: holder of another party");
  if (chip.place == Place::loose) return of_chip(state, n, "5: loose in a holder");
  const bool packed = chip.place == Place::in_container;
  return packed == holder.is_container() ? "" : of_chip(state, n, "5: another kind of holder");
}

std::string cap_sums(const State& state, const Draw& draw,
                     std::map<std::string, std::uint64_t>& uses) {
  const Licence& licence = state.tables().licences[draw.licence];
  for (const std::string& name : licence.caps) {
    const RowN row = state.tables().caps.find(licence.id + "/" + name);
    if (row == no_row) return "10: licence " + licence.id + " has no cap " + name;
    const Cap& cap = state.tables().caps[row];
    const bool elsewhere = !cap.country.empty() && cap.country != draw.country;
    const bool other =
        (!cap.consignee.empty() && cap.consignee != state.party_name(draw.consignee)) ||
        (!cap.end_user.empty() && cap.end_user != state.party_name(draw.end_user)) ||
        (!cap.product.empty() && cap.product != state.tables().products[draw.product].id);
    if (elsewhere || other) continue;
    uses[cap.id + "/" + period_name(cap.period, {draw.at_ms})] += draw.units - draw.restored;
  }
  return {};
}

/// Whether a correction overran something of the licence, and a finding says so.
bool overrun_is_known(const State& state, const Licence& licence) {
  for (const Finding& finding : state.tables().findings.rows()) {
    if (finding.code == "licence.overrun" && finding.party == licence.licensee) return true;
  }
  return false;
}

}  // namespace

std::string violation_of_chip(const State& state, RowN n) {
  const ChipState& chip = state.tables().chips[n];
  std::string wrong = custody_violation(state, n);
  if (wrong.empty()) wrong = place_violation(state, n);
  if (!wrong.empty()) return wrong;
  if (chip.has(Flag::hold) != (chip.holds > 0) || state.holds_on(n).size() != chip.holds) {
    return of_chip(state, n, "12: holds and flag differ");
  }
  if (chip.shipment != no_row && chip.place == Place::installed) {
    return of_chip(state, n, "2: installed and released");
  }
  if (chip.slot != no_row && state.tables().slots[chip.slot].chip != n) {
    return of_chip(state, n, "5: in a slot that another chip has");
  }
  const bool newcomer = state.tables().identities[n].made == chip.effect;
  if (chip.transport != Transport::at_site && chip.shipment == no_row && !newcomer &&
      !(chip.transport == Transport::at_chokepoint && chip.life == Life::made)) {
    return of_chip(state, n, "2: under way without a release");
  }
  return {};
}

std::string violation_of_shipments(const State& state) {
  std::map<RowN, std::uint32_t> open;
  for (const ChipState& chip : state.tables().chips.rows()) {
    if (chip.shipment != no_row) ++open[chip.shipment];
  }
  for (RowN n = 0; n < state.tables().shipments.size(); ++n) {
    const Shipment& shipment = state.tables().shipments[n];
    if (shipment.open() == open[n]) continue;
    return "13: shipment " + shipment.id + ": " + number(shipment.open()) + " open by its sums, " +
           number(open[n]) + " by chips";
  }
  return {};
}

std::string violation_of_caps(const State& state) {
  const Tables& tables = state.tables();
  std::map<RowN, std::uint64_t> units;
  std::map<RowN, std::uint64_t> tpp;
  std::map<std::string, std::uint64_t> uses;
  for (const Draw& draw : tables.draws.rows()) {
    if (draw.restored > draw.units) return "10: a draw gave back more than it took";
    if (draw.licence == no_row) continue;
    units[draw.licence] += draw.units - draw.restored;
    tpp[draw.licence] += (draw.units - draw.restored) * tables.products[draw.product].tpp;
    if (std::string wrong = cap_sums(state, draw, uses); !wrong.empty()) return wrong;
  }
  for (RowN n = 0; n < tables.licences.size(); ++n) {
    const Licence& licence = tables.licences[n];
    if (licence.units != units[n] || licence.tpp != tpp[n]) {
      return "10: licence " + licence.id + ": " + number(licence.units) + " drawn by its sum, " +
             number(units[n]) + " by draws";
    }
    if (licence.units > licence.max_units && !overrun_is_known(state, licence)) {
      return "10: licence " + licence.id + " is overrun";
    }
  }
  for (const CapUse& use : tables.cap_uses.rows()) {
    if (use.units != uses[use.id]) return "10: " + use.id + ": sum and draws differ";
  }
  return {};
}

std::string violation_of_holders(const State& state) {
  const auto& holders = state.tables().holders;
  for (RowN n = 0; n < holders.size(); ++n) {
    std::size_t depth = 0;
    for (RowN at = n; at != no_row; at = holders[at].parent) {
      if (++depth > max_holder_depth) return "6: " + holders[n].id + " is too deep, or in itself";
    }
    const RowN parent = holders[n].parent;
    if (parent != no_row && holders[parent].custodian != holders[n].custodian) {
      return "5: " + holders[n].id + " in a holder of another party";
    }
  }
  return {};
}

std::string violation_of_identities(const State& state) {
  const Tables& tables = state.tables();
  for (const Lot& lot : tables.lots.rows()) {
    if (lot.in == lot.quantity + lot.out + lot.used + lot.scrapped) continue;
    return "7: lot " + lot.id + ": " + number(lot.in) + " in, " + number(lot.quantity) +
           " there, " + number(lot.out) + " out, " + number(lot.used) + " used, " +
           number(lot.scrapped) + " scrapped";
  }
  std::set<std::uint64_t> places;
  for (const Die& die : tables.dice.rows()) {
    if (die.chip == no_row) continue;
    if (!places.insert(die.place()).second) return "8: a die is in two packages";
    if (!state.die_is_used(die)) return "8: a die in a package counts as free";
  }
  std::set<Hash> keys;
  for (RowN n = 0; n < tables.identities.size(); ++n) {
    const Hash& key = tables.identities[n].device_key;
    if (key == Hash{}) continue;
    if (!keys.insert(key).second) return of_chip(state, n, "9: device key of another chip");
    if (state.chip_with_key(key) != n) return of_chip(state, n, "9: not found by its key");
  }
  return {};
}

std::string violation_of_cases(const State& state) {
  std::map<RowN, std::uint32_t> open;
  const auto& lines = state.tables().case_lines;
  for (RowN n = 0; n < lines.size(); ++n) {
    const CaseLine& line = lines[n];
    if (line.closed != no_index) continue;
    ++open[line.file];
    const ChipState& chip = state.tables().chips[line.chip];
    if (line.kind == "short" && !chip.has(Flag::missing)) {
      return of_chip(state, line.chip, "13: short in a case and not missing");
    }
    const bool report = line.kind == "tamper" || line.kind == "diverted" || line.kind == "short";
    if (!report && !chip.has(Flag::quarantine)) {
      return of_chip(state, line.chip, "13: in a case and not in quarantine");
    }
  }
  for (RowN n = 0; n < state.tables().cases.size(); ++n) {
    const CaseFile& file = state.tables().cases[n];
    if (file.open_lines != open[n]) return "13: case " + file.id + ": lines and count differ";
  }
  return {};
}

std::string violation_of_books(const State& state) {
  std::map<RowN, std::size_t> chips;
  for (const ChipState& chip : state.tables().chips.rows()) {
    if (!is_terminal(chip) && chip.life != Life::out) ++chips[chip.custodian];
  }
  std::map<RowN, std::size_t> custody;
  for (const Custody& row : state.tables().custody.rows()) {
    if (row.to_index == no_index) ++custody[row.party];
  }
  if (chips != custody) return "13: open custody is not what chips say";
  std::size_t sum = 0;
  for (RowN party = 0; party < state.tables().parties.size(); ++party) {
    for (const RowN row : state.custody_of(party)) {
      const Custody& held = state.tables().custody[row];
      if (held.party != party) return "19: custody row under another party";
      sum += held.to_index == no_index;
      if (held.to_index == no_index && !state.held().has(party, held.chip)) {
        return of_chip(state, held.chip, "19: not among the chips that its custodian has");
      }
    }
    const auto open = custody.find(party);
    if (state.held().count(party) != (open == custody.end() ? 0 : open->second)) {
      return "19: a party has other chips than those in its custody";
    }
  }
  std::size_t total = 0;
  for (const auto& [party, count] : custody) total += count;
  return sum == total ? "" : "19: the parties' shares do not make the whole";
}

std::string violation_of_corrections(const State& state) {
  const auto& statements = state.tables().statements;
  for (RowN n = 0; n < statements.size(); ++n) {
    const StatementRow& row = statements[n];
    if (row.corrected == no_index) continue;
    if (row.corrected <= n || statements[row.corrected].corrects != n) {
      return "15: entry " + number(n) + " and its correction do not name each other";
    }
  }
  for (RowN n = 0; n < state.tables().chips.size(); ++n) {
    const ChipState& chip = state.tables().chips[n];
    if (chip.effect > chip.last) return of_chip(state, n, "15: effect after the last statement");
    if (chip.life != Life::voided && statements[chip.effect].corrected != no_index) {
      return of_chip(state, n, "15: in a state that was taken back");
    }
  }
  return {};
}

std::string violation_of(const State& state) {
  for (RowN n = 0; n < state.tables().chips.size(); ++n) {
    if (std::string wrong = violation_of_chip(state, n); !wrong.empty()) return wrong;
  }
  for (const auto check :
       {violation_of_shipments, violation_of_caps, violation_of_holders, violation_of_identities,
        violation_of_cases, violation_of_books, violation_of_corrections}) {
    if (std::string wrong = check(state); !wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace muster::test
