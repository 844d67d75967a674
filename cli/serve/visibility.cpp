#include "cli/serve/visibility.hpp"

#include <algorithm>
#include <array>

#include "registry/ceremony.hpp"

namespace muster::serve {

using registry::no_row;
using registry::RowN;

Visibility::Visibility(const registry::State& state, const Principal& principal)
    : state_(&state), principal_(&principal), me_(state.tables().parties.find(principal.party)) {}

bool Visibility::is_me(RowN party) const { return party != no_row && party == me_; }

bool Visibility::in_my_countries(RowN party) const {
  return principal_->role == Role::verifier && party != no_row &&
         principal_->covers(state_->tables().parties[party].country);
}

bool Visibility::site_in_my_countries(RowN site) const {
  return principal_->role == Role::verifier && site != no_row &&
         principal_->covers(state_->tables().sites[site].country);
}

/// Mine to read by who the party is.
bool Visibility::is_mine(RowN party) const { return is_me(party) || in_my_countries(party); }

bool Visibility::is_mine(const std::string& party) const {
  return is_mine(state_->tables().parties.find(party));
}

/// Whether one state of a chip is mine to know.
bool Visibility::chip_in(const registry::ChipState& then) const {
  if (is_mine(then.custodian) || is_mine(then.owner) || is_mine(then.lessee)) return true;
  if (site_in_my_countries(then.site)) return true;
  if (then.shipment != no_row && shipment(then.shipment)) return true;
  if (then.last == registry::no_index) return false;
  const registry::StatementRow& row = state_->tables().statements[then.last];
  return is_me(row.party) || is_me(row.delegate);
}

bool Visibility::chip(RowN chip, const std::vector<registry::ChipState>& states) const {
  switch (principal_->role) {
    case Role::everyone:
      return false;
    case Role::operator_:
      return true;
    case Role::custodian: {
      const registry::ChipState& now = state_->tables().chips[chip];
      const bool on_its_way = now.leg != no_row && now.shipment != no_row &&
                              is_me(state_->tables().legs[now.leg].taker);
      return is_me(now.custodian) || on_its_way;
    }
    case Role::party:
    case Role::verifier:
      break;
  }
  return std::ranges::any_of(states, [this](const auto& then) { return chip_in(then); });
}

bool Visibility::on_my_way(RowN shipment) const {
  if (!on_my_way_) {
    on_my_way_.emplace();
    for (const registry::Leg& leg : state_->tables().legs.rows()) {
      if (is_mine(leg.giver) || is_mine(leg.taker)) on_my_way_->push_back(leg.shipment);
    }
    std::ranges::sort(*on_my_way_);
  }
  return std::ranges::binary_search(*on_my_way_, shipment);
}

bool Visibility::shipment(RowN row) const {
  if (sees_all()) return true;
  if (!principal_->is_known()) return false;
  const auto& tables = state_->tables();
  const registry::Shipment& one = tables.shipments[row];
  if (principal_->role == Role::custodian) return on_my_way(row);
  return is_mine(one.sender) || is_mine(one.receiver) || is_mine(one.end_user) ||
         site_in_my_countries(one.destination) ||
         (one.licence != no_row && is_me(tables.licences[one.licence].authority)) || on_my_way(row);
}

bool Visibility::licence(const registry::Licence& one) const {
  if (sees_all()) return true;
  if (!inspections()) return false;
  const auto mine = [this](const std::string& party) { return is_mine(party); };
  const bool country = principal_->role == Role::verifier &&
                       std::ranges::any_of(one.countries, [this](const std::string& name) {
                         return principal_->covers(name);
                       });
  return country || is_mine(one.authority) || is_mine(one.licensee) ||
         std::ranges::any_of(one.consignees, mine) || std::ranges::any_of(one.end_users, mine);
}

bool Visibility::books(RowN party) const {
  if (sees_all()) return true;
  if (!inspections()) return false;
  if (is_mine(party)) return true;
  if (principal_->role != Role::verifier) return false;
  return std::ranges::any_of(state_->tables().sites.rows(), [&](const registry::Site& site) {
    return site.party == party && principal_->covers(site.country);
  });
}

bool Visibility::plan(RowN row) const {
  if (!inspections()) return false;
  if (sees_all() || is_me(state_->tables().plans[row].party)) return true;
  return std::ranges::any_of(registry::ceremony_provers(*state_, row),
                             [this](RowN prover) { return books(prover); });
}

bool Visibility::drawn_at(const registry::SealedSite& one) const {
  if (sees_all() || is_me(state_->tables().plans[one.plan].party)) return true;
  const RowN site = state_->tables().sites.find(one.id.substr(one.id.find('/') + 1));
  return site != no_row &&
         (books(state_->tables().sites[site].party) || site_in_my_countries(site));
}

bool Visibility::finding(const registry::Finding& one) const {
  if (sees_all()) return true;
  return inspections() && (is_mine(one.party) || is_me(one.opener));
}

bool Visibility::query(const registry::Query& one) const {
  if (sees_all()) return true;
  if (!inspections()) return false;
  const bool planned = one.plan != no_row && is_me(state_->tables().plans[one.plan].party);
  return planned || is_mine(one.owner) || is_me(one.opener);
}

bool Visibility::dispute(const registry::Dispute& one) const {
  if (sees_all()) return true;
  if (!inspections()) return false;
  const registry::StatementRow& disputed = state_->tables().statements[one.statement];
  return is_mine(one.party) || is_mine(disputed.party) || is_me(disputed.delegate);
}

bool Visibility::seal(const registry::Seal& one) const {
  if (sees_all()) return true;
  if (!principal_->is_known() || one.holder == no_row) return false;
  const registry::Holder& on = state_->tables().holders[one.holder];
  if (is_mine(on.custodian) || (on.shipment != no_row && shipment(on.shipment))) return true;
  return inspections() && (is_mine(one.party) || site_in_my_countries(on.site));
}

bool Visibility::case_file(const registry::CaseFile& one) const {
  if (sees_all()) return true;
  if (!inspections()) return false;
  const bool shipped = one.shipment != no_row && shipment(one.shipment);
  return shipped || is_mine(one.opener) || is_mine(one.against);
}

bool Visibility::lease(const registry::Lease& one) const {
  if (sees_all()) return true;
  if (!inspections()) return false;
  const bool country = principal_->role == Role::verifier && principal_->covers(one.country);
  return country || is_mine(one.lessor) || is_mine(one.lessee);
}

bool Visibility::delegation(const registry::Delegation& one) const {
  return sees_all() || (inspections() && (is_mine(one.principal) || is_mine(one.delegate)));
}

bool Visibility::rma(const registry::Rma& one) const {
  return sees_all() || (inspections() && (is_mine(one.custodian) || is_mine(one.vendor)));
}

bool Visibility::lot(const registry::Lot& one) const {
  return sees_all() || (inspections() && (is_mine(one.holder) || site_in_my_countries(one.site)));
}

bool Visibility::held(const registry::Hold& one, RowN chip) const {
  return (inspections() && is_mine(one.authority)) || missing(state_->tables().chips[chip]);
}

bool Visibility::hold(const registry::Hold& one, const std::vector<RowN>& chips) const {
  if (sees_all() || (inspections() && is_mine(one.authority))) return true;
  return std::ranges::any_of(chips, [&](RowN chip) { return held(one, chip); });
}

bool Visibility::missing(const registry::ChipState& now) const {
  return sees_all() ||
         (inspections() && (is_mine(now.custodian) || site_in_my_countries(now.site)));
}

namespace {

// Names of different things may be spelt alike, and anybody may call a site as it likes: a word
// names a party or a site only where such a one stands.
constexpr std::array party_fields{
    "against",  "authority", "buyer",     "consignee", "consignees", "custodian",    "delegate",
    "end_user", "end_users", "lessee",    "lessor",    "licensee",   "on_behalf_of", "org",
    "owner",    "packager",  "parent",    "parties",   "party",      "pool",         "presenter",
    "prover",   "receiver",  "successor", "taker",     "vendor"};
constexpr std::array site_fields{"destination", "site", "sites"};

template <class Fields>
bool is_among(const Fields& fields, std::string_view field) {
  return std::ranges::any_of(fields, [&](std::string_view one) { return one == field; });
}

}  // namespace

bool Visibility::names_my_site(const std::string& text) const {
  const RowN site = state_->tables().sites.find(text);
  return site != no_row &&
         (is_me(state_->tables().sites[site].party) || site_in_my_countries(site));
}

bool Visibility::names_me(const Json& value, std::string_view field) const {
  if (value.is_object()) {
    // Where a lot goes is a site; where a grade goes is none.
    const bool moves_lot = value.contains("lot") && value.contains("to");
    return std::ranges::any_of(value.items(), [&](const auto& one) {
      const bool is_place = moves_lot && one.key() == "to";
      return names_me(one.value(), is_place ? std::string_view("site") : one.key());
    });
  }
  if (value.is_array()) {
    return std::ranges::any_of(value, [&](const Json& one) { return names_me(one, field); });
  }
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  const auto& tables = state_->tables();
  if (is_among(party_fields, field)) return text == principal_->party;
  if (is_among(site_fields, field)) return names_my_site(text);
  if (field == "shipment") {
    const RowN row = tables.shipments.find(text);
    return row != no_row && shipment(row);
  }
  if (field == "licence") {
    const RowN row = tables.licences.find(text);
    return row != no_row && licence(tables.licences[row]);
  }
  return false;
}

bool Visibility::entry(registry::Index32 index, const Json& payload) const {
  if (sees_all()) return true;
  if (!principal_->is_known() || index >= state_->size()) return false;
  // Entry 0 founds the log and is by no party of any country.
  if (principal_->role == Role::verifier && principal_->covers("*")) return true;
  const registry::StatementRow& row = state_->tables().statements[index];
  if (is_me(row.party) || is_me(row.delegate) || names_me(payload, {})) return true;
  return in_my_countries(row.party);
}

bool Visibility::handed_in(const Json& payload) const {
  if (sees_all()) return true;
  if (!inspections() || !payload.is_object()) return false;
  const Json org = payload.value("org", Json());
  return org.is_string() && (org == principal_->party || is_mine(org.get<std::string>()));
}

}  // namespace muster::serve
