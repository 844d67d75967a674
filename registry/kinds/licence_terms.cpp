#include "registry/kinds/licence_terms.hpp"

#include <algorithm>
#include <set>

#include "registry/draw.hpp"

namespace muster::registry {
namespace {

constexpr std::uint64_t max_percent = 1000;

Result<void> parties_known(const Case& found, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (found.tables().parties.find(name) == no_row) return refusal("party.unknown", name);
  }
  return {};
}

Result<void> products_known(const Case& found, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (found.tables().products.find(name) == no_row) return refusal("product.unknown", name);
  }
  return {};
}

tl::unexpected<Error> bad_cap(const Body& cap, const std::string& what) {
  return refusal("licence.cap_form", "cap " + cap.text("cap") + ": " + what);
}

/// Whether every scope of the cap is something that the licence names.
Result<void> scope_is_named(const Body& cap, const Named& named) {
  const auto& users = named.end_users.empty() ? named.consignees : named.end_users;
  const auto check = [&](const char* field, const std::vector<std::string>& list) -> Result<void> {
    const std::string value = cap.text_or_empty(field);
    if (value.empty() || std::ranges::find(list, value) != list.end()) return {};
    return bad_cap(cap, std::string(field) + " " + value + " is not one of the licence");
  };
  MUSTER_TRY(check("consignee", named.consignees));
  MUSTER_TRY(check("end_user", users));
  MUSTER_TRY(check("country", named.countries));
  return check("product", named.products);
}

Result<void> cap_is_sound(const Body& cap, const Named& named) {
  MUSTER_TRY(scope_is_named(cap, named));
  const bool absolute = cap.has("max_units") || cap.has("max_tpp");
  const bool ratio = cap.has("percent") || cap.has("of_country") || cap.has("measure");
  if (absolute == ratio) {
    return bad_cap(cap, "want either max_units and max_tpp, or percent, of_country and measure");
  }
  if (!ratio) return {};
  if (!cap.has("percent") || !cap.has("of_country") || !cap.has("measure")) {
    return bad_cap(cap, "a ratio wants percent, of_country and measure");
  }
  if (cap.has("period")) return bad_cap(cap, "a ratio has no period");
  if (cap.integer("percent") > max_percent) return bad_cap(cap, "want a percent up to 1000");
  if (cap.text("of_country") == cap.text_or_empty("country")) {
    return bad_cap(cap, "a ratio compares two countries");
  }
  return {};
}

/// Has deliveries of the licensee to the cap's country count for it.
void watch_deliveries(State& state, RowN row) {
  Tables& tables = state.tables();
  const Cap& cap = tables.caps[row];
  const std::string key =
      state.party_name(tables.licences[cap.licence].licensee) + "/" + cap.of_country;
  RowN base = tables.ratio_bases.find(key);
  if (base == no_row) base = tables.ratio_bases.add({.id = key, .caps = {}});
  tables.ratio_bases.edit(base).caps.push_back(cap.id);
}

}  // namespace

Named named_by(const Body& body, Named now) {
  if (body.has("consignees")) now.consignees = body.list("consignees");
  if (body.has("end_users")) now.end_users = body.list("end_users");
  if (body.has("countries")) now.countries = body.list("countries");
  if (body.has("products")) now.products = body.list("products");
  return now;
}

Result<void> named_are_known(const Case& found, const Named& named) {
  MUSTER_TRY(parties_known(found, named.consignees));
  MUSTER_TRY(parties_known(found, named.end_users));
  return products_known(found, named.products);
}

Result<void> caps_are_sound(const Body& body, const Named& named) {
  if (!body.has("caps")) return {};
  std::set<std::string> names;
  for (const Body& cap : body.records("caps")) {
    if (!names.insert(cap.text("cap")).second) return bad_cap(cap, "stands twice");
    MUSTER_TRY(cap_is_sound(cap, named));
  }
  return {};
}

Cap cap_of(const Body& cap, const std::string& licence, RowN row) {
  return {.id = licence + "/" + cap.text("cap"),
          .licence = row,
          .consignee = cap.text_or_empty("consignee"),
          .end_user = cap.text_or_empty("end_user"),
          .country = cap.text_or_empty("country"),
          .product = cap.text_or_empty("product"),
          .period = cap.text_or_empty("period"),
          .max_units = cap.integer_or("max_units", 0),
          .max_tpp = cap.integer_or("max_tpp", 0),
          .percent = cap.integer_or("percent", 0),
          .of_country = cap.text_or_empty("of_country"),
          .measure = cap.text_or_empty("measure")};
}

void add_caps(State& state, const Body& body, RowN licence) {
  if (!body.has("caps")) return;
  Tables& tables = state.tables();
  for (const Body& cap : body.records("caps")) {
    const RowN row = tables.caps.add(cap_of(cap, tables.licences[licence].id, licence));
    tables.licences.edit(licence).caps.push_back(cap.text("cap"));
    count_uses(state, row);
    if (tables.caps[row].percent != 0) watch_deliveries(state, row);
  }
}

}  // namespace muster::registry
