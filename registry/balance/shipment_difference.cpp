#include "registry/balance/shipment_difference.hpp"

#include <algorithm>
#include <map>

namespace muster::registry {
namespace {

ShipmentDifference figures_of(RowN row, const Shipment& shipment) {
  ShipmentDifference line{.shipment = row};
  line.sent = std::int64_t{shipment.released} + shipment.joined - shipment.moved;
  line.received = shipment.accepted;
  line.settled =
      std::int64_t{shipment.returned} + shipment.cancelled + shipment.lost + shipment.seized;
  line.open = shipment.open();
  line.overdue = shipment.overdue != no_index && line.open > 0;
  if (shipment.release != no_index) line.sources.push_back(shipment.release);
  return line;
}

/// What cases say of shipments: units over and short, with an id or without.
void add_cases(const State& state, std::map<RowN, ShipmentDifference>& lines) {
  const Tables& tables = state.tables();
  for (RowN n = 0; n < tables.cases.size(); ++n) {
    const CaseFile& file = tables.cases[n];
    const auto line = lines.find(file.shipment);
    if (line == lines.end() || tables.statements[file.index].corrected != no_index) continue;
    line->second.sources.push_back(file.index);
    if (file.resolved != no_index) continue;
    const auto nameless = static_cast<std::int64_t>(file.quantity);
    if (file.kind == "over") line->second.over += nameless;
    if (file.kind != "short") continue;
    line->second.shorts += nameless;
    line->second.nameless_shorts += nameless;
  }
  for (const CaseLine& item : tables.case_lines.rows()) {
    const auto line = lines.find(tables.cases[item.file].shipment);
    if (line == lines.end() || item.closed != no_index) continue;
    if (item.kind == "short") ++line->second.shorts;
    if (item.kind == "over") ++line->second.over;
  }
}

}  // namespace

std::vector<ShipmentDifference> shipment_differences(const State& state, RowN party,
                                                     const Window& period) {
  const Tables& tables = state.tables();
  std::map<RowN, ShipmentDifference> lines;
  for (RowN n = 0; n < tables.shipments.size(); ++n) {
    const Shipment& shipment = tables.shipments[n];
    const bool concerned =
        party == no_row || shipment.sender == party || shipment.receiver == party;
    if (!concerned || shipment.release == no_index) continue;
    const std::int64_t at = tables.statements[shipment.release].accepted_ms;
    if (period.from.ms < at && at <= period.to.ms) lines.emplace(n, figures_of(n, shipment));
  }
  add_cases(state, lines);
  std::vector<ShipmentDifference> list;
  for (auto& [row, line] : lines) {
    std::ranges::sort(line.sources);
    list.push_back(std::move(line));
  }
  return list;
}

}  // namespace muster::registry
