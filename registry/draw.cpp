#include "registry/draw.hpp"

#include <algorithm>
#include <map>

namespace muster::registry {
namespace {

bool lists(const std::vector<std::string>& list, const std::string& value) {
  return std::ranges::find(list, value) != list.end();
}

/// Moves every sum that `draw` stands in by `units`, up or down.
void move_sums(State& state, const Draw& draw, std::uint64_t units, bool up) {
  if (draw.licence == no_row || units == 0) return;
  const std::uint64_t tpp = units * state.tables().products[draw.product].tpp;
  Licence& licence = state.tables().licences.edit(draw.licence);
  licence.units = up ? licence.units + units : licence.units - units;
  licence.tpp = up ? licence.tpp + tpp : licence.tpp - tpp;
  move_uses(state, draw, units, up);
}

/// Gives back so many units of each draw.
void give_back(State& state, const std::map<RowN, std::uint64_t>& units) {
  for (const auto& [row, count] : units) {
    state.tables().draws.edit(row).restored += count;
    move_sums(state, state.tables().draws[row], count, false);
  }
}

template <class Keep>
void restore_unless(State& state, std::span<const RowN> chips, DrawOf which, Keep keep) {
  std::map<RowN, std::uint64_t> units;
  for (const RowN chip : chips) {
    const RowN row = state.tables().chips[chip].*which;
    if (row == no_row || keep(state.tables().draws[row])) continue;
    ++units[row];
    state.touch(chip).*which = no_row;
  }
  give_back(state, units);
}

bool gives_back(const State& state, const Draw& draw, std::string_view event) {
  return draw.licence != no_row &&
         lists(state.tables().licences[draw.licence].restore_on, std::string(event));
}

/// One draw for each product becomes pending on `chips`.
void draw_for(State& state, std::span<const RowN> chips, const Terms& terms, RowN shipment) {
  if (terms.licence == no_row && terms.exception.empty()) return;
  Tables& tables = state.tables();
  withdraw_credits(state, chips, terms);
  std::map<RowN, RowN> rows;
  for (const Wanted& one : wanted_by(state, chips)) {
    const RowN row = tables.draws.add({.licence = terms.licence,
                                       .shipment = shipment,
                                       .product = one.product,
                                       .consignee = terms.consignee,
                                       .end_user = terms.end_user,
                                       .country = terms.country,
                                       .exception = terms.exception,
                                       .at_ms = state.now_ms(),
                                       .units = one.units,
                                       .index = state.now_index()});
    rows.emplace(one.product, row);
    move_sums(state, tables.draws[row], one.units, true);
  }
  for (const RowN chip : chips) {
    state.touch(chip).pending = rows.at(tables.identities[chip].product);
  }
}

}  // namespace

std::vector<Wanted> wanted_by(const State& state, std::span<const RowN> chips) {
  std::map<RowN, std::uint64_t> units;
  auto last = units.end();
  for (const RowN chip : chips) {
    const RowN product = state.tables().identities[chip].product;
    if (last == units.end() || last->first != product) last = units.try_emplace(product).first;
    ++last->second;
  }
  std::vector<Wanted> wanted;
  for (const auto& [product, count] : units) wanted.push_back({product, count});
  return wanted;
}

Result<void> licence_covers(const Case& found, const Terms& terms, std::span<const Wanted> wanted) {
  const Tables& tables = found.tables();
  const Licence& licence = tables.licences[terms.licence];
  const auto outside = [&](const std::string& what) {
    return refusal("licence.not_covered", "licence " + licence.id + " does not cover " + what);
  };
  const Timestamp now = found.context.accepted_at;
  const auto ended = [&](Index32 index, Timestamp from) {
    return index != no_index && from <= now;
  };
  if (ended(licence.revoked, licence.revoked_from)) {
    return refusal("licence.revoked",
                   "licence " + licence.id + " since " + licence.revoked_from.to_string());
  }
  if (ended(licence.suspended, licence.suspended_from)) {
    return refusal("licence.suspended",
                   "licence " + licence.id + " since " + licence.suspended_from.to_string());
  }
  const std::string& consignee = tables.parties[terms.consignee].id;
  const std::string& end_user = tables.parties[terms.end_user].id;
  if (licence.licensee != terms.sender) {
    return outside("licensee " + found.state.party_name(terms.sender));
  }
  if (!lists(licence.consignees, consignee)) return outside("consignee " + consignee);
  const auto& users = licence.end_users.empty() ? licence.consignees : licence.end_users;
  if (!lists(users, end_user)) return outside("end user " + end_user);
  if (!lists(licence.countries, terms.country)) return outside("country " + terms.country);
  if (now < licence.from || licence.to <= now) return outside("the time " + now.to_string());
  for (const Wanted& one : wanted) {
    const std::string& product = tables.products[one.product].id;
    if (!lists(licence.products, product)) return outside("product " + product);
  }
  return {};
}

void draw(State& state, const Case& found, const Terms& terms, RowN shipment) {
  draw_for(state, found.chips, terms, shipment);
}

void draw_anew(State& state, const Case& found, const Terms& terms, RowN shipment) {
  std::map<RowN, std::uint64_t> before;
  for (const RowN chip : found.chips) {
    const RowN row = state.tables().chips[chip].pending;
    if (row == no_row) continue;
    ++before[row];
    state.touch(chip).pending = no_row;
  }
  draw(state, found, terms, shipment);
  give_back(state, before);
}

Result<Terms> replacement_terms(const Case& found, const Draw& held) {
  Terms terms{.sender = found.org,
              .consignee = held.consignee,
              .end_user = held.end_user,
              .country = held.country};
  const std::string& id = found.body().text("licence");
  terms.licence = found.tables().licences.find(id);
  if (terms.licence == no_row) return refusal("licence.unknown", id);
  return terms;
}

void draw_replacement(State& state, const Case& found, RowN old, RowN fresh) {
  const Draw held = state.tables().draws[state.tables().chips[old].draw];
  draw_for(state, {&fresh, 1}, replacement_terms(found, held).value(), no_row);
  ChipState& next = state.touch(fresh);
  next.draw = next.pending;
  next.pending = no_row;
  restore(state, {&old, 1}, &ChipState::draw);
}

void restore(State& state, std::span<const RowN> chips, DrawOf which) {
  restore_unless(state, chips, which, [](const Draw&) { return false; });
}

void restore_on(State& state, std::span<const RowN> chips, DrawOf which, std::string_view event) {
  restore_unless(state, chips, which,
                 [&](const Draw& draw) { return !gives_back(state, draw, event); });
}

void take_up(State& state, std::span<const RowN> chips, bool in_repair) {
  std::vector<RowN> leaving;
  for (const RowN chip : chips) {
    const ChipState& now = state.tables().chips[chip];
    if (now.pending == no_row || now.draw == no_row || in_repair) continue;
    const auto& draws = state.tables().draws;
    if (draws[now.draw].country != draws[now.pending].country) leaving.push_back(chip);
  }
  restore_on(state, leaving, &ChipState::draw, "re_export");
  for (const RowN chip : chips) {
    const ChipState& now = state.tables().chips[chip];
    if (now.pending == no_row) continue;
    ChipState& next = state.touch(chip);
    if (!in_repair || next.draw == no_row) next.draw = next.pending;
    next.pending = no_row;
  }
}

void keep_used(ChipState& chip) {
  if (chip.pending != no_row) chip.draw = chip.pending;
  chip.pending = no_row;
}

RowN licence_of(const Tables& tables, const ChipState& chip) {
  return chip.draw == no_row ? no_row : tables.draws[chip.draw].licence;
}

}  // namespace muster::registry
