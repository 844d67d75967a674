#include "cli/chip_json.hpp"

#include "cli/chip_facts.hpp"
#include "cli/chip_names.hpp"
#include "cli/row_json.hpp"
#include "registry/dispute.hpp"

namespace muster::cli {
namespace {

Json holds_json(const registry::Tables& tables, registry::RowN chip) {
  Json holds = Json::array();
  for (const registry::Held& held : tables.held.rows()) {
    if (held.chip == chip && held.lifted == registry::no_index) {
      holds.push_back(tables.holds[held.hold].id);
    }
  }
  return holds;
}

/// The disputed ones among the statements that made the chip's states, oldest first.
Json disputed_of(const registry::State& state, const std::vector<registry::ChipState>& states) {
  Json list = Json::array();
  for (auto now = states.rbegin(); now != states.rend(); ++now) {
    if (registry::is_disputed(state, now->last)) list.push_back(now->last);
  }
  return list;
}

}  // namespace

Json chip_row_json(const registry::State& state, registry::RowN chip) {
  const auto& tables = state.tables();
  const registry::ChipIdentity& identity = tables.identities[chip];
  const registry::ChipState& now = tables.chips[chip];
  Json json = axes_json(tables, now);
  json["chip"] = state.chip_id(chip).to_string();
  json["display"] = registry::name_of(state.display(chip));
  json["flags"] = flags_json(state.flags(chip));
  json["assurance"] = registry::name_of(state.assurance(chip));
  json["product"] = id_or_null(tables.products, identity.product);
  json["provenance"] = registry::name_of(identity.provenance);
  json["assurance"] = registry::name_of(state.assurance(chip));
  json["device_key_sha256"] =
      identity.enrolled() ? Json(identity.device_key.to_hex()) : Json(nullptr);
  json["holds"] = now.holds == 0 ? Json::array() : holds_json(tables, chip);
  json["made_index"] = identity.made;
  json["last_index"] = index_or_null(now.last);
  json["last_statement"] = state.last_statement(chip).to_hex();
  return json;
}

Result<Json> whole_chip_json(Home& home, registry::RowN chip,
                             const std::vector<registry::ChipState>& states) {
  Json json = chip_row_json(home.state(), chip);
  MUSTER_TRY_ASSIGN(json["names"], names_json(home, chip));
  json["disputed"] = disputed_of(home.state(), states);
  return json;
}

}  // namespace muster::cli
