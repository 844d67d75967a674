#include "registry/chokepoint/extract_rows.hpp"

#include "ledger/base/json_fields.hpp"

namespace muster::choke {
namespace {

Result<std::vector<std::string>> texts_of(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* const list, fields.array(key));
  std::vector<std::string> texts;
  for (const Json& item : *list) {
    if (!item.is_string()) {
      return failure(Errc::invalid_input,
                     fields.path(key) + ": got " + json_kind(item) + ", want a text");
    }
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

Result<std::optional<Timestamp>> time_or_none(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* const value, fields.any(key));
  if (value->is_null()) return std::optional<Timestamp>();
  if (!value->is_string()) return failure(Errc::invalid_input, fields.path(key) + ": want a time");
  MUSTER_TRY_ASSIGN(const Timestamp time, Timestamp::parse(value->get<std::string>()));
  return std::optional(time);
}

Json time_json(const std::optional<Timestamp>& time) {
  return time ? Json(time->to_string()) : Json(nullptr);
}

Json list_json(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Result<HoldRow> hold_of(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "hold"));
  HoldRow row;
  MUSTER_TRY_ASSIGN(row.hold, fields.text("hold"));
  MUSTER_TRY_ASSIGN(row.authority, fields.text("authority"));
  MUSTER_TRY_ASSIGN(row.basis, fields.text("basis"));
  MUSTER_TRY(fields.finish());
  return row;
}

}  // namespace

Json ChipRow::json() const {
  Json list = Json::array();
  for (const HoldRow& one : holds) {
    list.push_back({{"hold", one.hold}, {"authority", one.authority}, {"basis", one.basis}});
  }
  return {{"product", product},  {"display", display},   {"flags", list_json(flags)},
          {"holds", list},       {"shipment", shipment}, {"container", container},
          {"holder", holder},    {"hot", hot},           {"assurance", assurance},
          {"enrolled", enrolled}};
}

Result<ChipRow> ChipRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "chip"));
  ChipRow row;
  MUSTER_TRY_ASSIGN(row.product, fields.text("product"));
  MUSTER_TRY_ASSIGN(row.display, fields.text("display"));
  MUSTER_TRY_ASSIGN(row.flags, texts_of(fields, "flags"));
  MUSTER_TRY_ASSIGN(const Json* const holds, fields.array("holds"));
  for (const Json& one : *holds) {
    MUSTER_TRY_ASSIGN(HoldRow hold, hold_of(one));
    row.holds.push_back(std::move(hold));
  }
  MUSTER_TRY_ASSIGN(row.shipment, fields.text("shipment"));
  MUSTER_TRY_ASSIGN(row.holder, fields.text("holder"));
  MUSTER_TRY_ASSIGN(row.container, fields.text("container"));
  MUSTER_TRY_ASSIGN(row.assurance, fields.text("assurance"));
  MUSTER_TRY_ASSIGN(row.enrolled, fields.boolean("enrolled"));
  MUSTER_TRY_ASSIGN(row.hot, fields.boolean("hot"));
  MUSTER_TRY(fields.finish());
  return row;
}

std::uint64_t ShipmentRow::chips() const {
  std::uint64_t sum = 0;
  for (const auto& [product, count] : open) sum += count;
  return sum;
}

Json ShipmentRow::json() const {
  Json counts = Json::object();
  for (const auto& [product, count] : open) counts[product] = count;
  return {{"sender", sender},          {"receiver", receiver}, {"destination", destination},
          {"country", country},        {"end_user", end_user}, {"licence", licence},
          {"exception", exception},    {"purpose", purpose},   {"accept_by", time_json(accept_by)},
          {"open", std::move(counts)}, {"hot", hot},           {"containers", containers}};
}

Result<ShipmentRow> ShipmentRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "shipment"));
  ShipmentRow row;
  MUSTER_TRY_ASSIGN(row.sender, fields.text("sender"));
  MUSTER_TRY_ASSIGN(row.receiver, fields.text("receiver"));
  MUSTER_TRY_ASSIGN(row.destination, fields.text("destination"));
  MUSTER_TRY_ASSIGN(row.country, fields.text("country"));
  MUSTER_TRY_ASSIGN(row.end_user, fields.text("end_user"));
  MUSTER_TRY_ASSIGN(row.licence, fields.text("licence"));
  MUSTER_TRY_ASSIGN(row.exception, fields.text("exception"));
  MUSTER_TRY_ASSIGN(row.purpose, fields.text("purpose"));
  MUSTER_TRY_ASSIGN(row.accept_by, time_or_none(fields, "accept_by"));
  MUSTER_TRY_ASSIGN(const std::int64_t hot, fields.integer("hot"));
  row.hot = static_cast<std::uint64_t>(hot);
  MUSTER_TRY_ASSIGN(const std::int64_t containers, fields.integer("containers"));
  row.containers = static_cast<std::uint64_t>(containers);
  MUSTER_TRY_ASSIGN(const Json* const open, fields.object("open"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(FieldReader counts, FieldReader::open(*open, "shipment.open"));
  for (const auto& [product, count] : open->items()) {
    MUSTER_TRY_ASSIGN(const std::int64_t chips, counts.integer(product, 1, std::int64_t{1} << 40U));
    row.open[product] = static_cast<std::uint64_t>(chips);
  }
  return row;
}

Json ContainerRow::json() const {
  return {{"kind", kind},         {"parent", parent}, {"seal", seal},
          {"shipment", shipment}, {"chips", chips},   {"hot", hot}};
}

Result<ContainerRow> ContainerRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "container"));
  ContainerRow row;
  MUSTER_TRY_ASSIGN(row.kind, fields.text("kind"));
  MUSTER_TRY_ASSIGN(row.parent, fields.text("parent"));
  MUSTER_TRY_ASSIGN(row.seal, fields.text("seal"));
  MUSTER_TRY_ASSIGN(row.shipment, fields.text("shipment"));
  MUSTER_TRY_ASSIGN(const std::int64_t chips, fields.integer("chips"));
  row.chips = static_cast<std::uint64_t>(chips);
  MUSTER_TRY_ASSIGN(const std::int64_t hot, fields.integer("hot"));
  row.hot = static_cast<std::uint64_t>(hot);
  MUSTER_TRY(fields.finish());
  return row;
}

Json LicenceRow::json() const {
  return {{"authority", authority},
          {"licensee", licensee},
          {"countries", list_json(countries)},
          {"products", list_json(products)},
          {"from", from.to_string()},
          {"to", to.to_string()},
          {"suspended", time_json(suspended)},
          {"revoked", time_json(revoked)}};
}

Result<LicenceRow> LicenceRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "licence"));
  LicenceRow row;
  MUSTER_TRY_ASSIGN(row.authority, fields.text("authority"));
  MUSTER_TRY_ASSIGN(row.licensee, fields.text("licensee"));
  MUSTER_TRY_ASSIGN(row.countries, texts_of(fields, "countries"));
  MUSTER_TRY_ASSIGN(row.products, texts_of(fields, "products"));
  MUSTER_TRY_ASSIGN(row.from, fields.time("from"));
  MUSTER_TRY_ASSIGN(row.to, fields.time("to"));
  MUSTER_TRY_ASSIGN(row.suspended, time_or_none(fields, "suspended"));
  MUSTER_TRY_ASSIGN(row.revoked, time_or_none(fields, "revoked"));
  MUSTER_TRY(fields.finish());
  return row;
}

Json AliasRow::json() const { return {{"space", space}, {"id", id}}; }

Result<AliasRow> AliasRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "alias"));
  AliasRow row;
  MUSTER_TRY_ASSIGN(row.space, fields.text("space"));
  MUSTER_TRY_ASSIGN(row.id, fields.text("id"));
  MUSTER_TRY(fields.finish());
  return row;
}

Json NamesRow::json() const { return {{"chips", list_json(chips)}, {"count", count}}; }

Result<NamesRow> NamesRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "names"));
  NamesRow row;
  MUSTER_TRY_ASSIGN(row.chips, texts_of(fields, "chips"));
  MUSTER_TRY_ASSIGN(const std::int64_t count, fields.integer("count"));
  row.count = static_cast<std::uint64_t>(count);
  MUSTER_TRY(fields.finish());
  if (row.chips.empty() || row.chips.size() > row.count) {
    return failure(Errc::invalid_input, "names.chips: want one at least, and no more than count");
  }
  return row;
}

Json BlockRow::json() const {
  return {{"owner", owner}, {"packager", packager}, {"product", product}, {"count", count}};
}

Result<BlockRow> BlockRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "block"));
  BlockRow row;
  MUSTER_TRY_ASSIGN(row.owner, fields.text("owner"));
  MUSTER_TRY_ASSIGN(row.packager, fields.text("packager"));
  MUSTER_TRY_ASSIGN(row.product, fields.text("product"));
  MUSTER_TRY_ASSIGN(const std::int64_t count, fields.integer("count"));
  row.count = static_cast<std::uint64_t>(count);
  MUSTER_TRY(fields.finish());
  return row;
}

Json PartyKeyRow::json() const {
  return {{"party", party},
          {"until", time_json(until)},
          {"revoked", time_json(revoked)},
          {"doubted", time_json(doubted)},
          {"suspended", suspended}};
}

Result<PartyKeyRow> PartyKeyRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "party-key"));
  PartyKeyRow row;
  MUSTER_TRY_ASSIGN(row.party, fields.text("party"));
  MUSTER_TRY_ASSIGN(row.until, time_or_none(fields, "until"));
  MUSTER_TRY_ASSIGN(row.revoked, time_or_none(fields, "revoked"));
  MUSTER_TRY_ASSIGN(row.doubted, time_or_none(fields, "doubted"));
  MUSTER_TRY_ASSIGN(row.suspended, fields.boolean("suspended"));
  MUSTER_TRY(fields.finish());
  return row;
}

Json FormerKeyRow::json() const { return {{"chip", chip}, {"since", since.to_string()}}; }

Result<FormerKeyRow> FormerKeyRow::parse(const Json& json) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "former-key"));
  FormerKeyRow row;
  MUSTER_TRY_ASSIGN(row.chip, fields.text("chip"));
  MUSTER_TRY_ASSIGN(row.since, fields.time("since"));
  MUSTER_TRY(fields.finish());
  return row;
}

}  // namespace muster::choke
