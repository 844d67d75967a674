#include "tests/registry/support/invariants.hpp"

#include <map>

#include "registry/draw.hpp"
#include "registry/rules.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

using namespace registry;

void check_chip(const State& state, RowN n) {
  const ChipState& chip = state.tables().chips[n];
  if (chip.life == Life::destroyed) {
    REQUIRE(chip.custodian == no_row);
    REQUIRE(chip.custody == no_row);
    return;
  }
  // 1: one custodian, and its custody row says the same.
  const Custody& custody = state.tables().custody[chip.custody];
  REQUIRE(custody.party == chip.custodian);
  REQUIRE(custody.chip == n);
  REQUIRE(custody.site == chip.site);
  REQUIRE(custody.to_index == no_index);
  // 5: what stands in a holder has the holder's custodian.
  if (chip.parent != no_row) {
    REQUIRE(state.tables().holders[chip.parent].custodian == chip.custodian);
    REQUIRE(chip.place != Place::loose);
  } else {
    REQUIRE(chip.place != Place::in_container);
    REQUIRE(chip.place != Place::in_assembly);
  }
  REQUIRE(chip.has(Flag::hold) == (chip.holds > 0));
  if (chip.shipment != no_row) REQUIRE(chip.place != Place::installed);
  // Nobody carries what was not released.
  if (chip.transport != Transport::at_site) REQUIRE(chip.shipment != no_row);
}

void check_shipments(const State& state) {
  std::map<RowN, std::uint32_t> open;
  for (const ChipState& chip : state.tables().chips.rows()) {
    if (chip.shipment != no_row) ++open[chip.shipment];
  }
  // 2 and 3: every released chip is open, accepted, returned, cancelled or lost, and only one.
  for (RowN n = 0; n < state.tables().shipments.size(); ++n) {
    const Shipment& shipment = state.tables().shipments[n];
    if (shipment.open() != open[n]) FAIL(shipment.id << ": " << shipment.open() << " open");
  }
}

void check_caps(const State& state) {
  const Tables& tables = state.tables();
  std::map<RowN, std::uint64_t> licences;
  std::map<std::string, std::uint64_t> uses;
  for (const Draw& draw : tables.draws.rows()) {
    REQUIRE(draw.restored <= draw.units);
    if (draw.licence == no_row) continue;
    licences[draw.licence] += draw.units - draw.restored;
    const Licence& licence = tables.licences[draw.licence];
    for (const std::string& name : licence.caps) {
      const Cap& cap = tables.caps[tables.caps.find(licence.id + "/" + name)];
      if (!cap.country.empty() && cap.country != draw.country) continue;
      if (!cap.consignee.empty() && cap.consignee != state.party_name(draw.consignee)) continue;
      uses[cap.id + "/" + period_name(cap.period, {draw.at_ms})] += draw.units - draw.restored;
    }
  }
  for (RowN n = 0; n < tables.licences.size(); ++n) {
    REQUIRE(tables.licences[n].units == licences[n]);
    REQUIRE(tables.licences[n].tpp == licences[n] * 4800);
  }
  for (const CapUse& use : tables.cap_uses.rows()) REQUIRE(use.units == uses[use.id]);
  for (const Cap& cap : tables.caps.rows()) {
    const CapUse& use = use_of(state, cap, {});
    if (cap.max_units != 0) REQUIRE(use.units <= cap.max_units);
    if (cap.percent != 0) REQUIRE(use.units * 100 <= cap.base_units * cap.percent);
  }
}

void check_books(const State& state) {
  std::size_t live = 0;
  for (const ChipState& chip : state.tables().chips.rows()) live += chip.life != Life::destroyed;
  std::size_t open = 0;
  for (const Custody& row : state.tables().custody.rows()) open += row.to_index == no_index;
  REQUIRE(open == live);
  // 10: no cap is overrun.
  for (const Licence& licence : state.tables().licences.rows()) {
    REQUIRE(licence.units <= licence.max_units);
  }
  check_caps(state);
  // 6: a forest.
  for (RowN n = 0; n < state.tables().holders.size(); ++n) {
    std::size_t depth = 0;
    for (RowN at = n; at != no_row; at = state.tables().holders[at].parent) ++depth;
    REQUIRE(depth <= max_holder_depth);
  }
}

}  // namespace muster::test
