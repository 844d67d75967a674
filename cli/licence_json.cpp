#include "cli/licence_json.hpp"

#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "registry/draw.hpp"

namespace muster::cli {
namespace {

Json cap_json(const ShownCap& shown) {
  const registry::Cap& cap = *shown.cap;
  const bool ratio = cap.percent != 0;
  const Meter allowed = ratio ? ratio_meter(cap, shown.use) : Meter{};
  return {{"cap", shown.name},
          {"consignee", text_or_null(cap.consignee)},
          {"end_user", text_or_null(cap.end_user)},
          {"country", text_or_null(cap.country)},
          {"product", text_or_null(cap.product)},
          {"period", cap.period.empty() ? Json(nullptr) : Json(shown.period)},
          {"units", shown.use.units},
          {"max_units", meter(0, cap.max_units).most_json()},
          {"tpp", shown.use.tpp},
          {"max_tpp", meter(0, cap.max_tpp).most_json()},
          {"percent", ratio ? Json(cap.percent) : Json(nullptr)},
          {"of_country", text_or_null(cap.of_country)},
          {"measure", text_or_null(cap.measure)},
          {"allowed_now", allowed.most_json()},
          {"left_now", allowed.left_json()},
          {"ended", cap.ended != registry::no_index}};
}

}  // namespace

std::string Meter::text() const {
  return limited ? print::grouped(used) + " of " + print::grouped(most) : "no cap";
}

Meter meter(std::uint64_t used, std::uint64_t most) { return {used, most, most != 0}; }

Meter ratio_meter(const registry::Cap& cap, const registry::CapUse& use) {
  const bool units = cap.measure == "units";
  const std::uint64_t base = units ? cap.base_units : cap.base_tpp;
  // No product of the two is above 2^63: see licence.cap_form.
  return {units ? use.units : use.tpp, base * cap.percent / 100, true};
}

std::string licence_status(const registry::Licence& licence, Timestamp now) {
  const auto holds = [&](registry::Index32 index, Timestamp from) {
    return index != registry::no_index && from <= now;
  };
  if (holds(licence.revoked, licence.revoked_from)) return "revoked";
  if (holds(licence.suspended, licence.suspended_from)) return "suspended";
  if (now < licence.from) return "not begun";
  return now < licence.to ? "in force" : "over";
}

std::vector<ShownCap> caps_of(const registry::State& state, const registry::Licence& licence,
                              Timestamp now) {
  std::vector<ShownCap> list;
  const auto& caps = state.tables().caps;
  for (const std::string& name : licence.caps) {
    const registry::Cap& cap = caps[caps.find(licence.id + "/" + name)];
    list.push_back({&cap, name, registry::period_name(cap.period, now), use_of(state, cap, now)});
  }
  return list;
}

Json licence_json(const registry::State& state, const registry::Licence& licence, Timestamp now) {
  const auto& parties = state.tables().parties;
  const Meter units = meter(licence.units, licence.max_units);
  const Meter tpp = meter(licence.tpp, licence.max_tpp);
  Json caps = Json::array();
  for (const ShownCap& shown : caps_of(state, licence, now)) caps.push_back(cap_json(shown));
  return {{"licence", licence.id},
          {"status", licence_status(licence, now)},
          {"authority", id_or_null(parties, licence.authority)},
          {"licensee", id_or_null(parties, licence.licensee)},
          {"consignees", licence.consignees},
          {"end_users", licence.end_users.empty() ? licence.consignees : licence.end_users},
          {"countries", licence.countries},
          {"products", licence.products},
          {"restore_on", licence.restore_on},
          {"from", licence.from.to_string()},
          {"to", licence.to.to_string()},
          {"max_units", licence.max_units},
          {"units", licence.units},
          {"units_left", units.left()},
          {"max_tpp", tpp.most_json()},
          {"tpp", licence.tpp},
          {"tpp_left", tpp.left_json()},
          {"caps", std::move(caps)}};
}

}  // namespace muster::cli
