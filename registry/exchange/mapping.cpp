#include "registry/exchange/mapping.hpp"

#include <algorithm>
#include <array>

namespace muster::exchange {
namespace {

constexpr std::string_view things = "ObjectEvent";
constexpr std::string_view aggregation = "AggregationEvent";
constexpr std::string_view association = "AssociationEvent";
constexpr std::string_view deal = "TransactionEvent";
constexpr std::string_view transformation = "TransformationEvent";

constexpr std::array<TransactionRow, 1> test_report{{{"testres", "report", "report"}}};
constexpr std::array<TransactionRow, 1> inspection{{{"testprd", "case", "inspection"}}};
constexpr std::array<TransactionRow, 1> draw_opening{{{"testres", "statement", "opening"}}};
constexpr std::array<TransactionRow, 2> despatch{
    {{"desadv", "shipment", "shipment"}, {"licence", "licence", "licence"}}};
constexpr std::array<TransactionRow, 1> receipt{{{"recadv", "shipment", "shipment"}}};
constexpr std::array<TransactionRow, 2> border{
    {{"desadv", "shipment", "shipment"}, {"filing", "filing", "filing"}}};
constexpr std::array<TransactionRow, 1> waybill{{{"bol", "shipment", "shipment"}}};
constexpr std::array<TransactionRow, 1> licence{{{"licence", "licence", "licence"}}};
constexpr std::array<TransactionRow, 1> invoice{{{"inv", "contract", "contract"}}};
constexpr std::array<TransactionRow, 1> repair{{{"rma", "rma", "rma"}}};
constexpr std::array<TransactionRow, 1> certificate{{{"cert", "certificate", "certificate"}}};

constexpr WithRow of_block{.quantity = {"block", "block", "count"}};
constexpr WithRow tested_good{.transactions = test_report, .column = "pass", .column_value = true};
constexpr WithRow tested_bad{.transactions = test_report, .column = "pass", .column_value = false};
constexpr WithRow in_parent{.parent = {Parent::field, "parent"}};
constexpr WithRow in_container{.parent = {Parent::field, "container"}};
constexpr WithRow of_subject{.parent = {Parent::subject}};
constexpr WithRow licensed{.transactions = licence};
constexpr WithRow despatched{.parties = Parties::possessing, .transactions = despatch};
constexpr WithRow carried{.transactions = waybill};
constexpr WithRow announced{.transactions = despatch};
constexpr WithRow received{
    .parties = Parties::possessing, .transactions = receipt, .persistent = "completeness_verified"};
constexpr WithRow sent_back{.parties = Parties::possessing, .transactions = receipt};
constexpr WithRow from_shipment{.parent = {Parent::field, "shipment"}};
constexpr WithRow into_shipment{.parent = {Parent::field, "into"}};
constexpr WithRow from_and_to{.parties = Parties::possessing};
constexpr WithRow at_border{.transactions = border};
constexpr WithRow inspected{.transactions = inspection};
constexpr WithRow at_place{.parent = {Parent::place}};
constexpr WithRow invoiced{.parties = Parties::owning, .transactions = invoice};
constexpr WithRow under_rma{.transactions = repair};
constexpr WithRow certified{.transactions = certificate};
constexpr WithRow drawn{.transactions = draw_opening};

constexpr std::array<EventRow, 61> rows{
    {{"B1", "id.reserve", "", things, "ADD", "reserving", "reserved", What::quantity, of_block},
     {"B2", "lot.create", "", things, "ADD", "creating_class_instance", "active", What::quantity},
     {"B3", "lot.split", "", transformation, "", "other", "in_progress", What::made},
     {"B3", "lot.merge", "", transformation, "", "other", "in_progress", What::made},
     {"B3", "lot.move", "", transformation, "", "other", "in_progress", What::made},
     {"B4", "lot.scrap", "", things, "DELETE", "destroying", "destroyed", What::quantity},
     {"B5", "chip.package", "", transformation, "", "commissioning", "active", What::made},
     {"B6", "chip.enrol", "", things, "OBSERVE", "encoding", "encoded"},
     {"B7", "chip.test", "passed", things, "OBSERVE", "inspecting", "conformant", What::objects,
      tested_good},
     {"B7", "chip.test", "failed", things, "OBSERVE", "inspecting", "non_conformant", What::objects,
      tested_bad},
     {"B8", "chip.regrade", "", things, "OBSERVE", "other", "active"},
     {"C1", "asm.attach", "", association, "ADD", "assembling", "in_progress", What::contents,
      in_parent},
     {"C2", "asm.detach", "", association, "DELETE", "removing", "in_progress", What::contents,
      in_parent},
     {"C3", "asm.swap", "out", association, "DELETE", "replacing", "needs_replacement",
      What::contents, in_parent},
     {"C3", "asm.swap", "in", association, "ADD", "replacing", "available", What::contents,
      in_parent},
     {"C4", "pack", "", aggregation, "ADD", "packing", "container_closed", What::contents,
      in_container},
     {"C5", "unpack", "", aggregation, "DELETE", "unpacking", "completeness_verified",
      What::contents, of_subject},
     {"C6", "seal.apply", "", things, "OBSERVE", "inspecting", "container_closed"},
     {"C6", "seal.check", "", things, "OBSERVE", "inspecting", "container_closed"},
     {"C6", "seal.break", "", things, "OBSERVE", "inspecting", "container_closed"},
     {"D3", "licence.use", "", deal, "ADD", "other", "in_progress", What::objects, licensed},
     {"D4", "licence.restore", "", deal, "DELETE", "other", "in_progress", What::objects, licensed},
     {"E1", "release", "", things, "OBSERVE", "shipping", "in_transit", What::objects, despatched},
     {"E2", "release.cancel", "", things, "OBSERVE", "void_shipping", "in_progress", What::objects,
      despatched},
     {"E3", "leg.handover", "", things, "OBSERVE", "transporting", "in_transit", What::objects,
      carried},
     {"E4", "arrive", "", things, "OBSERVE", "arriving", "in_transit", What::objects, announced},
     {"E5", "accept", "", things, "OBSERVE", "accepting", "in_progress", What::objects, received},
     {"E6", "refuse", "", things, "OBSERVE", "holding", "returned", What::objects, sent_back},
     {"E8", "shipment.split", "from", aggregation, "DELETE", "unpacking", "in_transit",
      What::contents, from_shipment},
     {"E8", "shipment.split", "to", aggregation, "ADD", "packing", "in_transit", What::contents,
      into_shipment},
     {"E8", "shipment.merge", "from", aggregation, "DELETE", "unpacking", "in_transit",
      What::contents, from_shipment},
     {"E8", "shipment.merge", "to", aggregation, "ADD", "packing", "in_transit", What::contents,
      into_shipment},
     {"E9", "reroute", "from", things, "OBSERVE", "void_shipping", "in_transit", What::objects,
      from_and_to},
     {"E9", "reroute", "to", things, "OBSERVE", "shipping", "in_transit", What::objects,
      from_and_to},
     {"F1", "choke.checkin", "", things, "OBSERVE", "arriving", "in_transit", What::objects,
      at_border},
     {"F2", "choke.inspect", "", things, "OBSERVE", "inspecting", "conformant", What::objects,
      inspected},
     {"F3", "choke.hold", "", things, "OBSERVE", "holding", "non_sellable_other"},
     {"F4", "choke.clear", "", things, "OBSERVE", "departing", "in_transit", What::objects,
      at_border},
     {"F5", "choke.seize", "", things, "OBSERVE", "holding", "unavailable", What::objects,
      from_and_to},
     {"F5", "choke.forfeit", "", things, "OBSERVE", "holding", "unavailable", What::objects,
      from_and_to},
     {"F6", "choke.register", "", things, "ADD", "commissioning", "no_pedigree_match"},
     {"G1", "install", "", association, "ADD", "installing", "active", What::contents, at_place},
     {"G2", "uninstall", "", association, "DELETE", "removing", "available", What::contents,
      at_place},
     {"G2", "relocate", "", association, "DELETE", "removing", "available", What::contents,
      at_place},
     {"G3", "inventory", "", things, "OBSERVE", "stock_taking", "active", What::quantity},
     {"G4", "attest", "", things, "OBSERVE", "sensor_reporting", "conformant"},
     {"H1", "title.transfer", "", deal, "ADD", "accepting", "active", What::objects, invoiced},
     {"I1", "rma.open", "", deal, "ADD", "holding", "needs_replacement", What::objects, under_rma},
     {"I2", "repair", "", things, "OBSERVE", "repairing", "available", What::objects, under_rma},
     {"I3", "rma.replace", "", deal, "ADD", "replacing", "available", What::objects, under_rma},
     {"I4", "rma.close", "", deal, "DELETE", "shipping", "returned", What::objects, under_rma},
     {"J1", "discrepancy.open", "", things, "OBSERVE", "holding", "mismatch_quantity",
      What::quantity},
     {"J2", "discrepancy.resolve", "", things, "OBSERVE", "inspecting", "conformant"},
     {"J2", "quarantine.lift", "", things, "OBSERVE", "inspecting", "conformant"},
     {"J3", "loss.declare", "", things, "OBSERVE", "cycle_counting", "unknown"},
     {"J4", "theft.declare", "", things, "OBSERVE", "cycle_counting", "stolen"},
     {"J5", "recover", "", things, "OBSERVE", "receiving", "no_pedigree_match"},
     {"K1", "retire", "", things, "OBSERVE", "collecting", "disposed"},
     {"K2", "destroy", "", things, "DELETE", "destroying", "destroyed", What::objects, certified},
     {"M3", "inspect.result", "", things, "OBSERVE", "inspecting", "conformant", What::objects,
      drawn},
     {"M5", "balance.close", "", things, "OBSERVE", "stock_taking", "active", What::quantity}}};

constexpr std::array<MasterDataRow, 3> master_rows{
    {{"A1", "org.register", "urn:epcglobal:epcis:vtype:Party"},
     {"A6", "site.register", "urn:epcglobal:epcis:vtype:Location"},
     {"A7", "product.register", "urn:epcglobal:epcis:vtype:EPCClass"}}};

std::string_view text_of(What what) {
  switch (what) {
    case What::objects:
      return "chips";
    case What::contents:
      return "parent and children";
    case What::made:
      return "inputs and outputs";
    case What::quantity:
      return "quantity";
  }
  return {};
}

std::string details(const EventRow& row) {
  std::string text(text_of(row.what));
  for (const TransactionRow& transaction : row.with.transactions) {
    text += ", " + std::string(transaction.type);
  }
  if (row.with.parties == Parties::possessing) text += ", from and to";
  if (row.with.parties == Parties::owning) text += ", seller and buyer";
  if (!row.with.persistent.empty()) text += ", +" + std::string(row.with.persistent);
  return text;
}

}  // namespace

std::span<const EventRow> event_rows() { return rows; }

std::span<const EventRow> rows_of(std::string_view kind) {
  // Rows of one kind stand together.
  const auto first = std::ranges::find(rows, kind, &EventRow::kind);
  const auto last = std::ranges::find_if(first, rows.end(),
                                         [&](const EventRow& row) { return row.kind != kind; });
  return {first, last};
}

bool has_event(std::string_view kind) { return !rows_of(kind).empty(); }

std::span<const MasterDataRow> master_data_rows() { return master_rows; }

std::string mapping_table() {
  std::string text =
      "| | kind | part | event | step | disposition | with |\n|---|---|---|---|---|---|---|\n";
  for (const EventRow& row : rows) {
    text += "| " + std::string(row.code) + " | `" + std::string(row.kind) + "` | " +
            std::string(row.part) + " | " + std::string(row.type) +
            (row.action.empty() ? "" : " " + std::string(row.action)) + " | `" +
            std::string(row.biz_step) + "` | `" + std::string(row.disposition) + "` | " +
            details(row) + " |\n";
  }
  for (const MasterDataRow& row : master_rows) {
    text += "| " + std::string(row.code) + " | `" + std::string(row.kind) +
            "` | | master data | | | `" + std::string(row.vocabulary) + "` |\n";
  }
  return text;
}

}  // namespace muster::exchange
