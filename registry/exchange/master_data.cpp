#include "registry/exchange/master_data.hpp"

namespace muster::exchange {
namespace {

using registry::no_row;

Json attribute(const std::string& name, Json value) {
  return {{"id", "urn:epcglobal:cbv:mda#" + name}, {"attribute", std::move(value)}};
}

Json own_attribute(const std::string& name, Json value) {
  return {{"id", std::string(chip_namespace) + name}, {"attribute", std::move(value)}};
}

Json element(const std::string& id, Json attributes) {
  return {{"id", id}, {"attributes", std::move(attributes)}};
}

void add_vocabulary(Json& list, std::string_view kind, Json elements) {
  if (elements.empty()) return;
  for (const MasterDataRow& row : master_data_rows()) {
    if (row.kind != kind) continue;
    list.push_back({{"type", row.vocabulary}, {"vocabularyElementList", std::move(elements)}});
  }
}

}  // namespace

void MasterData::note_party(const std::string& id) {
  if (state_.tables().parties.find(id) != no_row) parties_.insert(id);
}

void MasterData::note_site(const std::string& id) {
  const auto row = state_.tables().sites.find(id);
  if (row == no_row) return;
  sites_.insert(id);
  note_party(state_.party_name(state_.tables().sites[row].party));
}

void MasterData::note(const registry::Event& event) {
  note_party(event.header.org);
  if (event.header.site) note_site(*event.header.site);
  for (const auto& [field, value] : event.body.items()) {
    if (!value.is_string()) continue;
    const std::string& text = value.get_ref<const std::string&>();
    if (field == "receiver" || field == "party" || field == "buyer" || field == "seller")
      note_party(text);
    if (field == "destination" || field == "site") note_site(text);
    if (field == "product" && state_.tables().products.find(text) != no_row) products_.insert(text);
    if (field != "shipment") continue;
    const auto row = state_.tables().shipments.find(text);
    if (row == no_row) continue;
    const registry::Shipment& shipment = state_.tables().shipments[row];
    note_party(state_.party_name(shipment.sender));
    note_site(state_.tables().sites[shipment.destination].id);
  }
}

Json MasterData::header() const {
  const auto& tables = state_.tables();
  const Identifiers identifiers(state_.origin());
  Json list = Json::array();
  Json parties = Json::array();
  for (const std::string& id : parties_) {
    const registry::Party& party = tables.parties[tables.parties.find(id)];
    parties.push_back(element(
        identifiers.uri("org", id),
        Json::array({attribute("name", party.name), attribute("countryCode", party.country)})));
  }
  add_vocabulary(list, "org.register", std::move(parties));
  Json sites = Json::array();
  for (const std::string& id : sites_) {
    const registry::Site& site = tables.sites[tables.sites.find(id)];
    sites.push_back(element(
        identifiers.uri("site", id),
        Json::array(
            {attribute("name", site.name), attribute("countryCode", site.country),
             own_attribute("siteKind", site.kind),
             own_attribute("operator", identifiers.uri("org", state_.party_name(site.party)))})));
  }
  add_vocabulary(list, "site.register", std::move(sites));
  Json products = Json::array();
  for (const std::string& id : products_) {
    const registry::Product& product = tables.products[tables.products.find(id)];
    products.push_back(element(identifiers.uri("class", id),
                               Json::array({attribute("descriptionShort", product.name),
                                            own_attribute("tpp", product.tpp)})));
  }
  add_vocabulary(list, "product.register", std::move(products));
  if (list.empty()) return nullptr;
  return {{"epcisMasterData", {{"vocabularyList", std::move(list)}}}};
}

}  // namespace muster::exchange
