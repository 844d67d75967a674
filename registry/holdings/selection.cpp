#include "registry/holdings/selection.hpp"

#include <algorithm>
#include <array>

namespace muster::registry {
namespace {

struct Part {
  const char* name;
  std::optional<std::string> Selection::*value;
};

constexpr std::array<Part, 7> parts{{{"country", &Selection::country},
                                     {"custodian", &Selection::custodian},
                                     {"model", &Selection::model},
                                     {"owner", &Selection::owner},
                                     {"product", &Selection::product},
                                     {"site", &Selection::site},
                                     {"tenant", &Selection::tenant}}};

auto unknown(const std::string& what, const std::string& id) {
  return failure(Errc::not_found, what + " " + id + ": not registered");
}

template <class Table>
Result<std::vector<bool>> only(const Table& table, const std::string& what, const std::string& id) {
  const RowN row = table.find(id);
  if (row == no_row) return unknown(what, id);
  std::vector<bool> rows(table.size());
  rows[row] = true;
  return rows;
}

/// Rows for which `fits` holds. Errors: `not_found` if there is none.
template <class Table, class Fits>
Result<std::vector<bool>> those(const Table& table, const std::string& what, const std::string& id,
                                const Fits& fits) {
  std::vector<bool> rows(table.size());
  bool any = false;
  for (RowN n = 0; n < table.size(); ++n) {
    rows[n] = fits(table[n]);
    any = any || rows[n];
  }
  if (!any) return unknown(what, id);
  return rows;
}

std::vector<bool> both(const std::vector<bool>& a, const std::vector<bool>& b) {
  if (a.empty()) return b;
  std::vector<bool> rows(a);
  for (std::size_t n = 0; n < rows.size(); ++n) rows[n] = rows[n] && b[n];
  return rows;
}

}  // namespace

Json selection_json(const Selection& selection) {
  Json json = Json::object();
  for (const Part& part : parts) {
    const auto& value = selection.*part.value;
    if (value) json[part.name] = *value;
  }
  return json;
}

Result<Selection> parse_selection(const Json& json, const std::string& where) {
  if (!json.is_object()) return failure(Errc::invalid_input, where + ": want an object");
  Selection selection;
  for (const auto& item : json.items()) {
    const auto part = std::find_if(parts.begin(), parts.end(),
                                   [&](const Part& one) { return item.key() == one.name; });
    if (part == parts.end()) {
      return failure(Errc::invalid_input, where + "." + item.key() + ": unknown field");
    }
    const std::string* text = item.value().get_ptr<const std::string*>();
    if (text == nullptr || text->empty()) {
      return failure(Errc::invalid_input, where + "." + item.key() + ": want a text");
    }
    selection.*part->value = *text;
  }
  return selection;
}

std::vector<bool> parties_behind(const State& state, RowN party) {
  const auto& parties = state.tables().parties;
  std::vector<bool> rows(parties.size());
  rows[party] = true;
  // A parent is registered before its child.
  for (RowN n = 0; n < parties.size(); ++n) {
    if (parties[n].parent.empty()) continue;
    const RowN parent = parties.find(parties[n].parent);
    if (parent != no_row && rows[parent]) rows[n] = true;
  }
  return rows;
}

Result<Selector> Selector::make(const State& state, const Selection& selection) {
  const Tables& tables = state.tables();
  Selector selector(state);
  if (selection.custodian) {
    MUSTER_TRY_ASSIGN(selector.custodians_, only(tables.parties, "party", *selection.custodian));
  }
  if (selection.owner) {
    const RowN owner = tables.parties.find(*selection.owner);
    if (owner == no_row) return unknown("party", *selection.owner);
    selector.owners_ = parties_behind(state, owner);
  }
  if (selection.tenant) {
    MUSTER_TRY_ASSIGN(selector.tenants_, only(tables.parties, "party", *selection.tenant));
  }
  if (selection.site) {
    MUSTER_TRY_ASSIGN(selector.sites_, only(tables.sites, "site", *selection.site));
  }
  if (selection.country) {
    MUSTER_TRY_ASSIGN(const auto rows,
                      those(tables.sites, "a site in country", *selection.country,
                            [&](const Site& site) { return site.country == *selection.country; }));
    selector.sites_ = both(selector.sites_, rows);
  }
  if (selection.product) {
    MUSTER_TRY_ASSIGN(selector.products_, only(tables.products, "product", *selection.product));
  }
  if (selection.model) {
    MUSTER_TRY_ASSIGN(const auto rows, those(tables.products, "a product of model",
                                             *selection.model, [&](const Product& product) {
                                               return product.model == *selection.model;
                                             }));
    selector.products_ = both(selector.products_, rows);
  }
  return selector;
}

bool Selector::takes(const ChipState& chip, RowN product) const {
  return chip.custody != no_row && fits(custodians_, chip.custodian) && fits(owners_, chip.owner) &&
         fits(tenants_, chip.lessee) && fits(sites_, chip.site) && fits(products_, product);
}

}  // namespace muster::registry
