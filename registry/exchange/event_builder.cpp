#include "registry/exchange/event_builder.hpp"

#include <algorithm>

#include "registry/exchange/namespaces.hpp"
#include "registry/exchange/profile_checks.hpp"
#include "registry/kind.hpp"

namespace muster::exchange {

using registry::Cell;
using registry::Event;
using registry::Field;
using registry::RowN;
using registry::SubjectForm;

/// One event under way: the statement, its row, and the items that belong to it.
struct EventBuilder::Part {
  const LedgerStatement& statement;
  const EventRow& row;
  std::vector<std::size_t> items;

  [[nodiscard]] const Event& event() const { return statement.event; }
  [[nodiscard]] const Json& body() const { return statement.event.body; }
  /// A field of the body as text; empty if it is absent.
  [[nodiscard]] std::string text(std::string_view field) const {
    const auto found = body().find(field);
    if (field.empty() || found == body().end()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
  }
};

namespace {

/// The id of a row before a correction took it back and renamed it: "S1" for "S1~17".
std::string id_as_given(const std::string& id) { return id.substr(0, id.find('~')); }

/// Items whose column says that they belong to this row.
std::vector<std::size_t> items_of(const Event& event, const EventRow& row) {
  std::vector<std::size_t> list;
  std::size_t column = event.items.columns;
  if (!row.with.column.empty()) {
    const auto& columns = event.kind->columns;
    column = static_cast<std::size_t>(std::ranges::find(columns, row.with.column, &Field::name) -
                                      columns.begin());
  }
  for (std::size_t i = 0; i < event.items.items.size(); ++i) {
    const bool wanted = column == event.items.columns ||
                        (event.items.cell(i, column).integer != 0) == row.with.column_value;
    if (wanted) list.push_back(i);
  }
  return list;
}

Json cell_json(const Cell& cell) {
  if (cell.type == Cell::Type::integer) return cell.integer;
  if (cell.type == Cell::Type::boolean) return cell.integer != 0;
  return std::string(cell.text);
}

std::string transaction_type(std::string_view type) {
  const bool known = is_term(Vocabulary::transaction_type, type);
  return known ? std::string(type) : std::string(chip_transaction_types) + std::string(type);
}

}  // namespace

EventBuilder::EventBuilder(const registry::State& state, StateBefore before)
    : state_(state), before_(std::move(before)), identifiers_(state.origin()) {
  hashing_.namespaces.add(context());
  const auto& tables = state_.tables();
  for (RowN n = 0; n < tables.shipments.size(); ++n) {
    shipments_.emplace(id_as_given(tables.shipments[n].id), n);
  }
  for (RowN n = 0; n < tables.holders.size(); ++n) {
    if (tables.holders[n].is_container()) containers_.insert(id_as_given(tables.holders[n].id));
  }
}

RowN EventBuilder::shipment_at(const std::string& id, registry::Index32 index) const {
  RowN found = registry::no_row;
  const auto [first, last] = shipments_.equal_range(id);
  for (auto at = first; at != last; ++at) {  // in the order of their releases
    if (state_.tables().shipments[at->second].release <= index) found = at->second;
  }
  return found;
}

Json EventBuilder::context() {
  return Json::array({std::string(epcis_context), Json{{"chip", std::string(chip_namespace)}}});
}

std::vector<Json> EventBuilder::events(const LedgerStatement& statement) const {
  std::vector<Json> list;
  for (const EventRow& row : rows_of(statement.event.header.kind)) {
    if (auto made = event(statement, row)) list.push_back(std::move(*made));
  }
  return list;
}

std::optional<Json> EventBuilder::event(const LedgerStatement& statement,
                                        const EventRow& row) const {
  const Part part{statement, row, items_of(statement.event, row)};
  if (!row.with.column.empty() && part.items.empty()) return std::nullopt;
  Json event{{"type", row.type},
             {"eventTime", statement.event.header.event_time.to_string()},
             {"eventTimeZoneOffset", offset_of_zone(statement.event.header.zone)},
             {"recordTime", statement.accepted_at.to_string()},
             {"bizStep", row.biz_step},
             {"disposition", row.disposition}};
  if (!row.action.empty()) event["action"] = row.action;
  add_subjects(part, event);
  add_places(part, event);
  add_transactions(part, event);
  add_parties(part, event);
  add_extensions(part, event);
  event["eventID"] = event_hash_uri(event, hashing_);
  return event;
}

std::string EventBuilder::holder_uri(const std::string& id) const {
  return identifiers_.uri(containers_.contains(id) ? "container" : "asm", id);
}

void EventBuilder::add_subjects(const Part& part, Json& event) const {
  switch (part.row.what) {
    case What::contents:
      return add_contents(part, event);
    case What::made:
      return add_made(part, event);
    case What::quantity:
      return add_quantity(part, event);
    case What::objects:
      break;
  }
  Json list = Json::array();
  const auto& subjects = part.event().header.subjects;
  if (subjects.form == SubjectForm::container) list.push_back(holder_uri(subjects.container));
  for (const std::size_t i : part.items) {
    list.push_back(identifiers_.uri(part.event().items.items[i].chip));
  }
  if (list.empty() && part.body().contains("chip")) {
    list.push_back(identifiers_.uri("chip", part.text("chip")));
  }
  event["epcList"] = std::move(list);
}

std::string EventBuilder::place_of(const Part& part) const {
  const auto& tables = state_.tables();
  if (part.event().header.site) {
    const std::string& site = *part.event().header.site;
    const std::string rack = part.text("rack");
    return rack.empty() ? identifiers_.uri("site", site)
                        : identifiers_.uri("rack", site + "/" + rack);
  }
  // The statement names no place: then where the first of its chips stood before.
  for (const std::size_t i : part.items) {
    const RowN chip = state_.find_chip(part.event().items.items[i].chip);
    if (chip == registry::no_row || !before_) break;
    const auto was = before_(chip, part.statement.index);
    if (!was) break;
    if (was->slot != registry::no_row) {
      const std::string slot(tables.slots[was->slot].id);
      return identifiers_.uri("rack", slot.substr(0, slot.rfind('/')));
    }
    if (was->site != registry::no_row) return identifiers_.uri("site", tables.sites[was->site].id);
  }
  return identifiers_.uri("org", part.event().header.org);
}

void EventBuilder::add_contents(const Part& part, Json& event) const {
  const auto& subjects = part.event().header.subjects;
  Json children = Json::array();
  switch (part.row.with.parent.from) {
    case Parent::field:
      event["parentID"] = part.row.with.parent.field == "container"
                              ? identifiers_.uri("container", part.text("container"))
                              : holder_uri(part.text(part.row.with.parent.field));
      break;
    case Parent::subject:
      event["parentID"] = holder_uri(subjects.container);
      break;
    case Parent::place:
      event["parentID"] = place_of(part);
      if (subjects.form == SubjectForm::container)
        children.push_back(holder_uri(subjects.container));
      break;
    case Parent::none:
      break;
  }
  for (const std::size_t i : part.items) {
    children.push_back(identifiers_.uri(part.event().items.items[i].chip));
  }
  const auto inner = part.body().find("children");
  if (inner != part.body().end()) {
    for (const Json& child : *inner) children.push_back(holder_uri(child.get<std::string>()));
  }
  if (!children.empty()) event["childEPCs"] = std::move(children);
}

void EventBuilder::add_made(const Part& part, Json& event) const {
  event["transformationID"] = identifiers_.uri("statement", part.event().statement.to_hex());
  Json outputs = Json::array();
  for (const std::size_t i : part.items) {
    outputs.push_back(identifiers_.uri(part.event().items.items[i].chip));
  }
  if (!outputs.empty()) event["outputEPCList"] = std::move(outputs);
  const auto lots = part.body().find("lots");
  if (lots != part.body().end()) {
    Json inputs = Json::array();
    for (const Json& lot : *lots) {
      inputs.push_back({{"epcClass", identifiers_.uri("lot", lot.get<std::string>())}});
    }
    if (!inputs.empty()) event["inputQuantityList"] = std::move(inputs);
  }
  const std::string product = part.text("product");
  if (!product.empty()) event["ilmd"] = {{"chip:product", identifiers_.uri("class", product)}};
}

void EventBuilder::add_quantity(const Part& part, Json& event) const {
  const QuantityRow& quantity = part.row.with.quantity;
  Json element{{"epcClass", identifiers_.uri(quantity.space, part.text(quantity.field))}};
  const auto count = part.body().find(quantity.count);
  if (count != part.body().end()) element["quantity"] = *count;
  event["quantityList"] = Json::array({std::move(element)});
}

void EventBuilder::add_places(const Part& part, Json& event) const {
  const auto& site = part.event().header.site;
  if (!site) return;
  const std::string uri = identifiers_.uri("site", *site);
  event["readPoint"] = {{"id", uri}};
  // What is destroyed, taken out or on its way is nowhere afterwards.
  const bool stays = part.row.action != "DELETE" && part.row.what != What::made &&
                     part.row.disposition != "in_transit";
  if (stays) event["bizLocation"] = {{"id", uri}};
}

void EventBuilder::add_transactions(const Part& part, Json& event) const {
  Json list = Json::array();
  for (const TransactionRow& row : part.row.with.transactions) {
    const std::string id = part.text(row.field);
    if (id.empty()) continue;
    list.push_back({{"type", transaction_type(row.type)},
                    {"bizTransaction", identifiers_.uri(row.space, id)}});
  }
  if (list.empty() && part.row.type == "TransactionEvent") {  // which must have one
    list.push_back(
        {{"bizTransaction", identifiers_.uri("statement", part.event().statement.to_hex())}});
  }
  if (!list.empty()) event["bizTransactionList"] = std::move(list);
}

/// From whom to whom: what the statement says, and of its shipment what never changes. So the event
/// is the same whenever it is exported.
void EventBuilder::add_parties(const Part& part, Json& event) const {
  if (part.row.with.parties == Parties::none) return;
  const auto& tables = state_.tables();
  const registry::Header& header = part.event().header;
  const bool takes_over = part.row.biz_step == "accepting" || part.row.disposition == "returned";
  std::string from = part.text("seller");
  std::string to = part.text("buyer");
  const RowN shipment = shipment_at(part.text("shipment"), part.statement.index);
  if (shipment != registry::no_row) {
    from = tables.parties[tables.shipments[shipment].sender].id;
    to = takes_over ? header.on_behalf_of.value_or(header.org)
                    : tables.parties[tables.shipments[shipment].receiver].id;
  }
  if (part.body().contains("receiver")) to = part.text("receiver");
  std::string destination = part.text("destination");
  if (destination.empty() && takes_over) destination = header.site.value_or(std::string());
  const char* type = part.row.with.parties == Parties::owning ? "owning_party" : "possessing_party";
  if (!from.empty()) {
    event["sourceList"] =
        Json::array({Json{{"type", type}, {"source", identifiers_.uri("org", from)}}});
  }
  if (to.empty()) return;
  event["destinationList"] =
      Json::array({Json{{"type", type}, {"destination", identifiers_.uri("org", to)}}});
  if (!destination.empty()) {
    event["destinationList"].push_back(
        {{"type", "location"}, {"destination", identifiers_.uri("site", destination)}});
  }
}

void EventBuilder::add_header(const LedgerStatement& statement, Json& object) const {
  const registry::Header& header = statement.event.header;
  object["chip:kind"] = header.kind;
  object["chip:ledgerIndex"] = statement.index;
  object["chip:statement"] = statement.event.statement.to_hex();
  object["chip:org"] = identifiers_.uri("org", header.org);
  object["chip:stream"] = header.stream;
  object["chip:number"] = header.number;
  object["chip:zone"] = header.zone;
  if (header.on_behalf_of) {
    object["chip:onBehalfOf"] = identifiers_.uri("org", *header.on_behalf_of);
  }
  if (header.site) object["chip:site"] = identifiers_.uri("site", *header.site);
  Json refs = Json::array();
  for (const Hash& ref : header.refs) refs.push_back(ref.to_hex());
  if (!refs.empty()) object["chip:refs"] = std::move(refs);
  if (!header.evidence.empty()) object["chip:evidence"] = prefixed(header.evidence);
  Json body = statement.event.body;
  for (const char* field : {"items", "was", "event"}) body.erase(field);
  if (!body.empty()) object["chip:body"] = prefixed(body);
}

void EventBuilder::add_extensions(const Part& part, Json& event) const {
  event["chip:event"] = part.row.code;
  if (!part.row.part.empty()) event["chip:part"] = part.row.part;
  add_header(part.statement, event);
  if (!part.row.with.persistent.empty()) {
    const bool sealed = part.text("method") == "sealed";
    event["persistentDisposition"] = {
        {"set", {sealed ? "completeness_inferred" : std::string(part.row.with.persistent)}}};
  }
  if (part.row.kind == "inspect.result") {
    event["certificationInfo"] = identifiers_.uri("statement", part.text("opening"));
  }
  Json items = Json::array();
  const auto columns = part.event().kind->columns;
  for (const std::size_t i : part.items) {
    if (columns.empty()) break;
    Json item{{"chip:epc", identifiers_.uri(part.event().items.items[i].chip)}};
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Cell& cell = part.event().items.cell(i, c);
      if (cell.type == Cell::Type::absent) continue;
      item["chip:" + std::string(columns[c].name)] = cell_json(cell);
    }
    items.push_back(std::move(item));
  }
  if (!items.empty()) event["chip:items"] = std::move(items);
}

std::string offset_of_zone(const std::string& zone) {
  Checker checker(1);
  check_offset(checker, Json(zone), {});
  return checker.take().empty() ? zone : "+00:00";
}

Json prefixed(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value) list.push_back(prefixed(one));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, inner] : value.items()) object["chip:" + key] = prefixed(inner);
  return object;
}

Json unprefixed(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value) list.push_back(unprefixed(one));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, inner] : value.items()) {
    object[key.starts_with("chip:") ? key.substr(5) : key] = unprefixed(inner);
  }
  return object;
}

}  // namespace muster::exchange
