#include "cli/rma_json.hpp"

#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::Rma;
using registry::RmaItem;
using registry::RowN;
using registry::State;

Json chip_or_null(const State& state, RowN chip) {
  return chip == registry::no_row ? Json(nullptr) : Json(state.chip_id(chip).to_string());
}

Json item_json(const State& state, const RmaItem& item) {
  return {{"chip", state.chip_id(item.chip).to_string()},
          {"work", text_or_null(item.work)},
          {"outcome", text_or_null(item.outcome)},
          {"replacement", chip_or_null(state, item.replacement)},
          {"owed", is_owed(state, item)},
          {"display", registry::name_of(state.display(item.chip))}};
}

}  // namespace

bool is_owed(const State& state, const RmaItem& item) {
  return item.outcome == "replaced" &&
         state.tables().chips[item.chip].life != registry::Life::destroyed;
}

Json rma_json(const State& state, const Rma& rma) {
  const auto& tables = state.tables();
  Json items = Json::array();
  for (RowN n = rma.first; n < rma.first + rma.units; ++n) {
    items.push_back(item_json(state, tables.rma_items[n]));
  }
  return {{"rma", rma.id},
          {"custodian", id_or_null(tables.parties, rma.custodian)},
          {"vendor", id_or_null(tables.parties, rma.vendor)},
          {"fault", rma.fault},
          {"opened", index_or_null(rma.index)},
          {"closed", index_or_null(rma.closed)},
          {"chips", std::move(items)}};
}

}  // namespace muster::cli
