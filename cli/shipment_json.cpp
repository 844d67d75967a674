#include "cli/shipment_json.hpp"

#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

/// Hand-overs of goods while they were in this shipment.
Json legs_json(const registry::State& state, const registry::Shipment& shipment) {
  const auto& tables = state.tables();
  const RowN row = tables.shipments.find(shipment.id);
  Json legs = Json::array();
  for (const registry::Leg& leg : tables.legs.rows()) {
    if (leg.shipment != row) continue;
    legs.push_back({{"giver", id_or_null(tables.parties, leg.giver)},
                    {"taker", id_or_null(tables.parties, leg.taker)},
                    {"place", leg.place},
                    {"vehicle", text_or_null(leg.vehicle)},
                    {"seal", text_or_null(leg.seal)},
                    {"units", leg.units},
                    {"index", index_or_null(leg.index)}});
  }
  return legs;
}

}  // namespace

Json shipment_json(const registry::State& state, const registry::Shipment& shipment) {
  const auto& tables = state.tables();
  return {{"shipment", shipment.id},
          {"sender", id_or_null(tables.parties, shipment.sender)},
          {"receiver", id_or_null(tables.parties, shipment.receiver)},
          {"destination", id_or_null(tables.sites, shipment.destination)},
          {"licence", id_or_null(tables.licences, shipment.licence)},
          {"end_user", id_or_null(tables.parties, shipment.end_user)},
          {"rma", id_or_null(tables.rmas, shipment.rma)},
          {"exception", text_or_null(shipment.exception)},
          {"purpose", shipment.purpose},
          {"accept_by",
           shipment.accept_by.ms == 0 ? Json(nullptr) : Json(shipment.accept_by.to_string())},
          {"overdue_since", index_or_null(shipment.overdue)},
          {"release_index", index_or_null(shipment.release)},
          {"release", tables.statements[shipment.release].hash.to_hex()},
          {"released", shipment.released},
          {"accepted", shipment.accepted},
          {"refused", shipment.refused},
          {"returned", shipment.returned},
          {"cancelled", shipment.cancelled},
          {"lost", shipment.lost},
          {"seized", shipment.seized},
          {"joined", shipment.joined},
          {"moved", shipment.moved},
          {"legs", legs_json(state, shipment)},
          {"open", shipment.open()}};
}

}  // namespace muster::cli
