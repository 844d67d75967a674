#include "cli/lease_json.hpp"

#include "cli/row_json.hpp"

namespace muster::cli {

using registry::LeasedChip;

Json lease_row_json(const registry::State& state, const registry::Lease& lease) {
  const auto& tables = state.tables();
  return {{"lease", lease.id},
          {"lessor", id_or_null(tables.parties, lease.lessor)},
          {"lessee", id_or_null(tables.parties, lease.lessee)},
          {"country", lease.country},
          {"from", lease.from.to_string()},
          {"to", lease.to.to_string()},
          {"capacity", lease.capacity == 0 ? Json(nullptr) : Json(lease.capacity)},
          {"open", lease.open},
          {"started", index_or_null(lease.index)},
          {"ended", index_or_null(lease.ended)},
          {"chips", nullptr}};
}

Json lease_json(const registry::State& state, const registry::Lease& lease) {
  const auto& tables = state.tables();
  Json chips = Json::array();
  for (registry::RowN n = 0; n < lease.units; ++n) {
    const LeasedChip& row = tables.leased_chips[lease.first + n];
    const bool ended = row.ended != registry::no_index;
    const Timestamp end{ended ? tables.statements[row.ended].accepted_ms : 0};
    chips.push_back({{"chip", state.chip_id(row.chip).to_string()},
                     {"ended", ended ? Json(end.to_string()) : Json(nullptr)},
                     {"exit_read", ended ? Json(row.exit_read) : Json(nullptr)}});
  }
  Json json = lease_row_json(state, lease);
  json["chips"] = std::move(chips);
  return json;
}

}  // namespace muster::cli
