#include "cli/chip_facts.hpp"

#include "cli/row_json.hpp"
#include "registry/draw.hpp"
#include "registry/view/view.hpp"

namespace muster::cli {

using registry::RowN;

Json flags_json(std::uint16_t bits) {
  using registry::Flag;
  registry::ChipState state;
  state.flags = bits;
  Json flags = Json::array();
  for (const Flag flag : registry::all_flags()) {
    if (state.has(flag)) flags.push_back(registry::name_of(flag));
  }
  return flags;
}

std::string flags_text(const Json& flags) {
  std::string text;
  for (const Json& flag : flags) text += (text.empty() ? "" : ", ") + flag.get<std::string>();
  return text_or_dash(text);
}

Json axes_json(const registry::Tables& tables, const registry::ChipState& now) {
  return {{"custodian", id_or_null(tables.parties, now.custodian)},
          {"site", id_or_null(tables.sites, now.site)},
          {"shipment", id_or_null(tables.shipments, now.shipment)},
          {"holder", id_or_null(tables.holders, now.parent)},
          {"licence", id_or_null(tables.licences, licence_of(tables, now))},
          {"slot", id_or_null(tables.slots, now.slot)},
          {"owner", id_or_null(tables.parties, now.owner)},
          {"lessee", id_or_null(tables.parties, now.lessee)},
          {"life", registry::name_of(now.life)},
          {"place", registry::name_of(now.place)},
          {"transport", registry::name_of(now.transport)},
          {"assurance", registry::name_of(now.assurance)},
          {"flags", flags_json(now.flags)}};
}

Result<RowN> chip_row(const registry::State& state, const std::string& text) {
  MUSTER_TRY_ASSIGN(const ChipId id, ChipId::parse_typed(text));
  const RowN row = state.find_chip(id);
  if (row != registry::no_row) return row;
  const RowN block = state.find_block(id.parts().block);
  return failure(Errc::not_found,
                 "chip " + id.to_string() + ": not registered" +
                     (block == registry::no_row ? ", and nobody reserved its block" : ""));
}

Result<std::vector<registry::ChipState>> states_of(Home& home, RowN chip, registry::Index32 size) {
  const registry::State& state = home.state();
  const bool is_saved = state.tables().statements.first_unsaved() == state.size();
  if (!is_saved)
    MUSTER_TRY(home.registry().flush());  // costs a transaction, with nothing in it too
  MUSTER_TRY_ASSIGN(auto states, home.registry().view()->states_of(chip, size));
  for (const registry::ChipState& one : states) {
    if (one.last >= size) return failure(Errc::corrupt, "view: a state begins after its end");
  }
  return states;
}

}  // namespace muster::cli
