#include "cli/case_json.hpp"

#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

Json case_line_json(const registry::State& state, const registry::CaseLine& line) {
  return {{"chip", state.chip_id(line.chip).to_string()},
          {"kind", line.kind},
          {"opened_index", line.opened},
          {"closed_index", index_or_null(line.closed)},
          {"outcome", text_or_null(line.outcome)}};
}

}  // namespace

Json case_json(const registry::State& state, const registry::CaseFile& file) {
  const auto& tables = state.tables();
  return {{"case", file.id},
          {"kind", file.kind},
          {"shipment", id_or_null(tables.shipments, file.shipment)},
          {"opener", id_or_null(tables.parties, file.opener)},
          {"against", id_or_null(tables.parties, file.against)},
          {"quantity", file.quantity},
          {"lines", file.lines},
          {"open_lines", file.open_lines},
          {"opened_index", file.index},
          {"resolved_index", index_or_null(file.resolved)}};
}

Json whole_case_json(const registry::State& state, registry::RowN file) {
  Json json = case_json(state, state.tables().cases[file]);
  json["items"] = Json::array();
  for (const registry::CaseLine& line : state.tables().case_lines.rows()) {
    if (line.file == file) json["items"].push_back(case_line_json(state, line));
  }
  return json;
}

Json missing_json(const registry::State& state, registry::RowN chip) {
  Json list = Json::array();
  const registry::ChipState& now = state.tables().chips[chip];
  for (const auto flag : {registry::Flag::lost, registry::Flag::stolen, registry::Flag::missing}) {
    if (!now.has(flag)) continue;
    list.push_back({{"chip", state.chip_id(chip).to_string()},
                    {"flag", registry::name_of(flag)},
                    {"custodian", id_or_null(state.tables().parties, now.custodian)}});
  }
  return list;
}

}  // namespace muster::cli
