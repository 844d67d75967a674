#include "registry/exchange/draft_maker.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "registry/alias.hpp"
#include "registry/exchange/event_builder.hpp"
#include "registry/json_schema/instant.hpp"
#include "registry/manifest.hpp"

namespace muster::exchange {

using registry::Field;
using registry::FieldType;
using registry::RowN;
using registry::TakesSubjects;

tl::unexpected<Error> DraftMaker::lacks(const std::string& field, const std::string& why) const {
  const std::string place = context_.pointer + field;
  return failure(Errc::invalid_input, (place.empty() ? "event" : place) + ": " + why);
}

Result<StatementDraft> DraftMaker::make(const DraftSource& source) {
  made_.draft.kind = kind_.name;
  made_.sources.push_back(source);
  // The content is known by its hash; the event itself stays where it was captured.
  const char* type = context_.syntax == Syntax::xml ? "application/xml" : "application/ld+json";
  made_.draft.evidence = Json::array({Json{{"sha256", source.document.to_hex()},
                                           {"type", type},
                                           {"where", "epcis:" + source.event_id.substr(0, 490)}}});
  MUSTER_TRY(take_times());
  MUSTER_TRY(take_site());
  MUSTER_TRY(take_org());
  MUSTER_TRY(take_subjects());
  MUSTER_TRY(take_items());
  MUSTER_TRY(take_body());
  return std::move(made_);
}

Result<void> DraftMaker::take_times() {
  const std::string text = view_.text("eventTime");  // The fraction is a view of it.
  const auto instant = json_schema::parse_instant(text);
  if (!instant || instant->seconds < 0) {
    return lacks("/eventTime", "is before 1970, which statements cannot say");
  }
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    ms = ms * 10 + (i < instant->fraction.size() ? instant->fraction[i] - '0' : 0);
  }
  made_.draft.event_time = Timestamp{instant->seconds * 1000 + ms};
  const std::string zone = view_.extension_text("zone");
  made_.draft.zone = zone.empty() ? view_.text("eventTimeZoneOffset") : zone;
  return {};
}

std::string DraftMaker::named(const std::string& uri, std::string_view space) const {
  return context_.resolver.find(uri, space).value_or(std::string());
}

Result<void> DraftMaker::take_site() {
  std::string uri = view_.extension_text("site");
  if (uri.empty()) uri = view_.place();
  if (uri.empty()) return {};
  const std::string site = named(uri, "site");
  if (!site.empty()) {
    made_.draft.site = site;
  } else if (kind_.site) {
    return lacks("/readPoint/id", "no site is called " + uri + "; name it in the list of URIs");
  }
  return {};
}

/// Who signs: the party that the event names, else the one that runs the site.
Result<void> DraftMaker::take_org() {
  std::string uri = view_.extension_text("org");
  if (uri.empty() && row_.with.parties != Parties::none) {
    const char* type = row_.with.parties == Parties::owning ? "owning_party" : "possessing_party";
    const bool takes_in = row_.biz_step == "accepting" || row_.disposition == "returned";
    uri = takes_in && row_.with.parties == Parties::possessing ? view_.destination(type)
                                                               : view_.source(type);
  }
  made_.org = named(uri, "org");
  if (made_.org.empty() && made_.draft.site) {
    const auto& tables = context_.state.tables();
    const RowN site = tables.sites.find(*made_.draft.site);
    if (site != registry::no_row) made_.org = context_.state.party_name(tables.sites[site].party);
  }
  if (made_.org.empty() && context_.options.org) made_.org = *context_.options.org;
  if (!made_.org.empty()) return {};
  return lacks("", uri.empty() ? "nothing says who has to sign this"
                               : "no party is called " + uri + "; name it in the list of URIs");
}

Result<void> DraftMaker::take_subjects() {
  if (kind_.subjects == TakesSubjects::none) return {};
  if (row_.with.parent.from == Parent::subject || kind_.subjects == TakesSubjects::container) {
    return take_container();
  }
  switch (row_.what) {
    case What::objects:
      return take_list("epcList");
    case What::contents:
      return take_list("childEPCs");
    case What::made:
      return take_list("outputEPCList");
    case What::quantity:
      return {};
  }
  return {};
}

Result<void> DraftMaker::take_container() {
  const std::string uri = view_.text("parentID");
  for (const std::string_view space : {"container", "asm"}) {
    const std::string id = named(uri, space);
    if (id.empty()) continue;
    made_.draft.container = id;
    return {};
  }
  return lacks("/parentID", "no container is called " + uri + "; name it in the list of URIs");
}

Result<void> DraftMaker::take_list(const char* field) {
  const Json& list = view_.list(field);
  if (list.size() > registry::max_lot) {
    return lacks(std::string("/") + field, "got " + std::to_string(list.size()) +
                                               " ids, a lot has at most " +
                                               std::to_string(registry::max_lot));
  }
  Json holders = Json::array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    MUSTER_TRY(take_one(list[i].get_ref<const std::string&>(),
                        std::string("/") + field + "/" + std::to_string(i), holders));
  }
  if (holders.empty()) return {};
  if (takes("children")) {
    made_.draft.body["children"] = std::move(holders);
  } else if (holders.size() == 1 && made_.draft.chips.empty()) {
    made_.draft.container = holders[0].get<std::string>();
  } else {
    return lacks(std::string("/") + field, "one statement is about chips or one container");
  }
  return {};
}

Result<void> DraftMaker::take_one(const std::string& uri, const std::string& field, Json& holders) {
  const auto thing = context_.resolver.find(uri);
  if (!thing) return lacks(field, context_.resolver.why_nothing(uri));
  if (thing->space == "container" || thing->space == "asm") {
    holders.push_back(thing->id);
    return {};
  }
  if (thing->space != "chip") return lacks(field, uri + " is a " + thing->space + ", want a chip");
  auto chip = ChipId::parse(thing->id);
  if (!chip) return lacks(field, chip.error().message);
  const auto [before, is_new] = named_at_.emplace(*chip, field);
  if (!is_new) return lacks(field, uri + " is the chip of " + context_.pointer + before->second);
  registry::StatementChip named_chip{*chip};
  // What the maker calls the chip that it makes is the name that it gives it.
  const bool gives = std::ranges::find(kind_.columns, "gs1", &Field::name) != kind_.columns.end();
  if (gives && registry::alias_spelling(registry::AliasScheme::gs1, uri)) {
    named_chip.columns["gs1"] = uri;
  }
  made_.draft.chips.push_back(std::move(named_chip));
  return {};
}

/// The columns of each chip, from our extension, or from the disposition that chose the row.
Result<void> DraftMaker::take_items() {
  if (kind_.columns.empty()) return {};
  std::unordered_map<std::string, Json> by_chip;
  if (const Json* items = view_.extension("items"); items != nullptr && items->is_array()) {
    for (const Json& item : *items) {
      const auto epc = item.find("epc");  // The end of what is no object.
      if (epc == item.end() || !epc->is_string()) continue;
      Json columns = item;
      columns.erase("epc");
      coerce(kind_.columns, columns);
      by_chip.insert_or_assign(named(epc->get<std::string>(), "chip"), std::move(columns));
    }
  }
  for (registry::StatementChip& chip : made_.draft.chips) {
    const auto found = by_chip.find(chip.chip.to_string());
    if (found != by_chip.end()) {
      const Json called = std::exchange(chip.columns, found->second);
      for (const auto& [column, value] : called.items()) chip.columns.emplace(column, value);
    }
    if (!row_.with.column.empty()) {
      chip.columns[std::string(row_.with.column)] = row_.with.column_value;
    }
    auto checked = registry::check_fields(kind_.columns, chip.columns, chip.chip.to_string());
    if (!checked) return lacks("", checked.error().message);
  }
  return {};
}

Result<void> DraftMaker::take_body() {
  if (const Json* body = view_.extension("body"); body != nullptr && body->is_object()) {
    Json own = *body;
    coerce(kind_.body, own);
    own.update(made_.draft.body);
    made_.draft.body = std::move(own);
  }
  fill_body();
  Json body = made_.draft.body;
  // The quote of a release is filled in when it is signed: it names a statement of this ledger.
  if (takes("release")) {
    made_.draft.body.erase("release");
    body["release"] = Hash{}.to_hex();
  }
  auto checked = registry::check_fields(kind_.body, body, "body");
  if (!checked) return lacks("", checked.error().message);
  return {};
}

bool DraftMaker::takes(std::string_view field) const {
  return std::ranges::find(kind_.body, field, &Field::name) != kind_.body.end();
}

void DraftMaker::fill(std::string_view field, const Json& value) {
  const bool empty =
      value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
  if (empty || !takes(field) || made_.draft.body.contains(field)) return;
  made_.draft.body[std::string(field)] = value;
}

void DraftMaker::fill_body() {
  for (const TransactionRow& row : row_.with.transactions) {
    const std::string uri = view_.transaction(row.type);
    fill(row.field, named(uri, row.space));
  }
  fill_parties();
  fill_parent();
  if (row_.what == What::quantity && !view_.list("quantityList").empty()) {
    const Json& element = view_.list("quantityList").front();
    fill(row_.with.quantity.field, named(element.value("epcClass", ""), row_.with.quantity.space));
    if (element.contains("quantity")) fill(row_.with.quantity.count, element["quantity"]);
  }
  const Json& chips = view_.list("epcList");
  if (takes("chip") && chips.size() == 1) fill("chip", named(chips[0].get<std::string>(), "chip"));
  if (!row_.with.persistent.empty()) {
    fill("method", view_.sets("completeness_inferred") ? "sealed" : "opened");
  }
  fill_settings();
  coerce(kind_.body, made_.draft.body);
}

void DraftMaker::fill_parties() {
  if (row_.with.parties == Parties::none) return;
  const char* type = row_.with.parties == Parties::owning ? "owning_party" : "possessing_party";
  fill("seller", named(view_.source(type), "org"));
  fill("buyer", named(view_.destination(type), "org"));
  fill("receiver", named(view_.destination(type), "org"));
  fill("destination", named(view_.destination("location"), "site"));
}

void DraftMaker::fill_parent() {
  const std::string uri = view_.text("parentID");
  if (row_.with.parent.from == Parent::field) {
    const bool container = row_.with.parent.field == "container";
    fill(row_.with.parent.field, named(uri, container ? "container" : "asm"));
  } else if (row_.with.parent.from == Parent::place) {
    const std::string rack = named(uri, "rack");
    fill("rack", rack.substr(rack.find('/') + 1));
  }
  if (row_.what != What::made) return;
  Json lots = Json::array();
  for (const Json& input : view_.list("inputQuantityList")) {
    const std::string lot = named(input.value("epcClass", ""), "lot");
    if (!lot.empty()) lots.push_back(lot);
  }
  if (!lots.empty()) fill("lots", lots);
  const auto ilmd = view_.json().find("ilmd");
  if (ilmd == view_.json().end()) return;
  for (const auto& [key, value] : ilmd->items()) {
    if (key.ends_with(":product") && value.is_string()) {
      fill("product", named(value.get<std::string>(), "class"));
    }
  }
}

void DraftMaker::fill_settings() {
  const std::string start = std::string(kind_.name) + ".";
  for (const auto& [name, value] : context_.options.settings) {
    if (name.starts_with(start)) fill(name.substr(start.size()), value);
  }
}

/// Texts where the kind wants numbers, truth values or lists: XML and settings have only texts.
void DraftMaker::coerce(std::span<const Field> fields, Json& object) const {
  for (const Field& field : fields) {
    const auto found = object.find(field.name);
    if (found == object.end()) continue;
    const bool is_list = field.type == FieldType::names || field.type == FieldType::countries ||
                         field.type == FieldType::hashes || field.type == FieldType::chips ||
                         field.type == FieldType::lines || field.type == FieldType::texts ||
                         field.type == FieldType::records;
    if (is_list && !found->is_array()) *found = Json::array({*found});
    if (!found->is_string()) continue;
    const std::string text = found->get<std::string>();
    if (field.type == FieldType::boolean && (text == "true" || text == "false")) {
      *found = text == "true";
    }
    if (field.type == FieldType::integer || field.type == FieldType::positive) {
      std::int64_t number = 0;
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (problem == std::errc{} && end == text.data() + text.size()) *found = number;
    }
  }
}

}  // namespace muster::exchange
