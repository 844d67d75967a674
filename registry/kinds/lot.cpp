#include <algorithm>
#include <set>

#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

/// A lot of the signing party.
Result<RowN> own_lot(const Case& found, const std::string& id) {
  const RowN row = found.tables().lots.find(id);
  if (row == no_row) return refusal("lot.unknown", id);
  const Lot& lot = found.tables().lots[row];
  if (lot.holder == found.org) return row;
  return refusal("lot.not_yours", id + ": got " + found.state.party_name(found.org) + ", want " +
                                      found.state.party_name(lot.holder));
}

Result<void> lot_has(const Lot& lot, std::uint64_t quantity) {
  if (quantity <= lot.quantity) return {};
  return refusal("lot.too_few", lot.id + ": has " + std::to_string(lot.quantity) + " of a unit " +
                                    lot.unit + ", wants " + std::to_string(quantity));
}

Result<void> lot_is_new(const Case& found, const std::string& id) {
  const RowN old = found.tables().lots.find(id);
  if (old == no_row) return {};
  return id_in_use(found.state, "lot.exists", id, found.tables().lots[old].index);
}

Result<void> create_rule(const Case& found) {
  MUSTER_TRY(lot_is_new(found, found.body().text("lot")));
  if (found.tables().products.find(found.body().text("product")) != no_row) return {};
  return refusal("product.unknown", found.body().text("product"));
}

void create_effect(State& state, const Case& found) {
  const Body body = found.body();
  const std::uint64_t quantity = body.integer("quantity");
  state.tables().lots.add({.id = body.text("lot"),
                           .unit = body.has("unit") ? body.text("unit") : "die",
                           .process = body.text_or_empty("process"),
                           .product = state.tables().products.find(body.text("product")),
                           .holder = found.org,
                           .site = found.site,
                           .wafers = body.integer_or("wafers", 0),
                           .quantity = quantity,
                           .in = quantity,
                           .index = state.now_index()});
}

/// Units that go from one lot to another.
struct Portion {
  std::string lot;
  std::uint64_t quantity;
};

Result<std::vector<Portion>> portions(const Body& body, const char* field) {
  std::vector<Portion> list;
  std::set<std::string> seen;
  for (const Body& record : body.records(field)) {
    list.push_back({record.text("lot"), record.integer("quantity")});
    if (!seen.insert(list.back().lot).second) return refusal("lot.twice", list.back().lot);
  }
  if (list.empty()) return refusal("lot.sum", std::string(field) + ": names no lot");
  return list;
}

std::uint64_t sum_of(const std::vector<Portion>& list) {
  std::uint64_t sum = 0;
  for (const Portion& portion : list) sum += portion.quantity;
  return sum;
}

Result<void> sums_agree(std::uint64_t in, std::uint64_t out, std::uint64_t scrap) {
  if (in == out + scrap) return {};
  return refusal("lot.sum", "in " + std::to_string(in) + ", out " + std::to_string(out) +
                                ", scrapped " + std::to_string(scrap) +
                                ": want in = out + scrapped");
}

Result<void> split_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY_ASSIGN(const RowN row, own_lot(found, body.text("lot")));
  MUSTER_TRY_ASSIGN(const auto outputs, portions(body, "outputs"));
  for (const Portion& output : outputs) MUSTER_TRY(lot_is_new(found, output.lot));
  MUSTER_TRY(sums_agree(body.integer("quantity"), sum_of(outputs), body.integer_or("scrap", 0)));
  return lot_has(found.tables().lots[row], body.integer("quantity"));
}

void split_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& lots = state.tables().lots;
  const RowN row = lots.find(body.text("lot"));
  const std::uint64_t scrap = body.integer_or("scrap", 0);
  Lot child = lots[row];
  const auto outputs = portions(body, "outputs").value();
  for (const Portion& output : outputs) {
    child.id = output.lot;
    child.wafers = 0;
    child.quantity = child.in = output.quantity;
    child.out = child.used = child.scrapped = 0;
    child.index = state.now_index();
    lots.add(child);
  }
  Lot& lot = lots.edit(row);
  lot.quantity -= body.integer("quantity");
  lot.out += body.integer("quantity") - scrap;
  lot.scrapped += scrap;
}

Result<void> merge_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY_ASSIGN(const auto inputs, portions(body, "inputs"));
  MUSTER_TRY(lot_is_new(found, body.text("lot")));
  const Lot* first = nullptr;
  for (const Portion& input : inputs) {
    MUSTER_TRY_ASSIGN(const RowN row, own_lot(found, input.lot));
    const Lot& lot = found.tables().lots[row];
    MUSTER_TRY(lot_has(lot, input.quantity));
    if (first == nullptr) first = &lot;
    const bool alike =
        lot.unit == first->unit && lot.product == first->product && lot.site == first->site;
    if (!alike) {
      return refusal("lot.unlike",
                     lot.id + " and " + first->id + ": want one unit, one product and one site");
    }
  }
  return sums_agree(sum_of(inputs), body.integer("quantity"), body.integer_or("scrap", 0));
}

void merge_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& lots = state.tables().lots;
  const auto inputs = portions(body, "inputs").value();
  Lot whole = lots[lots.find(inputs.front().lot)];
  whole.id = body.text("lot");
  whole.wafers = 0;
  whole.quantity = whole.in = body.integer("quantity") + body.integer_or("scrap", 0);
  whole.out = whole.used = whole.scrapped = 0;
  whole.index = state.now_index();
  for (const Portion& input : inputs) {
    Lot& lot = lots.edit(lots.find(input.lot));
    lot.quantity -= input.quantity;
    lot.out += input.quantity;
  }
  whole.quantity = body.integer("quantity");
  whole.scrapped = body.integer_or("scrap", 0);
  lots.add(std::move(whole));
}

Result<void> move_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY_ASSIGN(const RowN row, own_lot(found, body.text("lot")));
  MUSTER_TRY(lot_has(found.tables().lots[row], 1));
  const RowN to = found.tables().sites.find(body.text("to"));
  if (to == no_row) return refusal("site.unknown", body.text("to"));
  const Site& site = found.tables().sites[to];
  if (site.closed != no_index)
    return refusal("site.closed", site.id + ", since entry " + std::to_string(site.closed));
  if (to == found.tables().lots[row].site) {
    return refusal("lot.at_site", body.text("lot") + " is at " + site.id);
  }
  const bool signs = site.party == found.org ||
                     std::ranges::find(found.signers, site.party) != found.signers.end();
  if (signs) return {};
  return refusal("signature.second_party", site.id + " belongs to " +
                                               found.state.party_name(site.party) +
                                               ", which takes the lot by its signature");
}

void move_effect(State& state, const Case& found) {
  const RowN to = state.tables().sites.find(found.body().text("to"));
  Lot& lot = state.tables().lots.edit(state.tables().lots.find(found.body().text("lot")));
  lot.site = to;
  lot.holder = state.tables().sites[to].party;
}

Result<void> scrap_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, own_lot(found, found.body().text("lot")));
  return lot_has(found.tables().lots[row], found.body().integer("quantity"));
}

void scrap_effect(State& state, const Case& found) {
  Lot& lot = state.tables().lots.edit(state.tables().lots.find(found.body().text("lot")));
  lot.quantity -= found.body().integer("quantity");
  lot.scrapped += found.body().integer("quantity");
}

constexpr std::array<Field, 6> create_fields{
    {{"lot", FieldType::name},
     {"product", FieldType::name},
     {"quantity", FieldType::positive},
     {"unit", FieldType::text, false, "die|memory|interposer"},
     {"wafers", FieldType::positive, false},
     {"process", FieldType::text, false}}};
constexpr std::array<Field, 2> portion_fields{
    {{"lot", FieldType::name}, {"quantity", FieldType::positive}}};
constexpr std::array<Field, 4> split_fields{
    {{"lot", FieldType::name},
     {"quantity", FieldType::positive},
     {"outputs", FieldType::records, true, {}, portion_fields},
     {"scrap", FieldType::integer, false}}};
constexpr std::array<Field, 4> merge_fields{
    {{"lot", FieldType::name},
     {"quantity", FieldType::positive},
     {"inputs", FieldType::records, true, {}, portion_fields},
     {"scrap", FieldType::integer, false}}};
constexpr std::array<Field, 2> move_fields{{{"lot", FieldType::name}, {"to", FieldType::name}}};
constexpr std::array<Field, 3> scrap_fields{
    {{"lot", FieldType::name}, {"quantity", FieldType::positive}, {"cause", FieldType::text}}};

constexpr std::array<Kind, 5> lot_rows{{
    {.code = "B2",
     .name = "lot.create",
     .signers = "fab",
     .roles = roles({Role::fab}),
     .site = true,
     .body = create_fields,
     .change = "no chip; a lot of dice, memory stacks or interposers",
     .guard = "lot id new; product known",
     .rule = create_rule,
     .effect = create_effect,
     .correctable = true},
    {.code = "B3",
     .name = "lot.split",
     .signers = "who has the lot",
     .body = split_fields,
     .change = "no chip; lot -> further lots",
     .guard = "in = out + scrapped; no more than the lot has; output ids new",
     .rule = split_rule,
     .effect = split_effect,
     .correctable = true},
    {.code = "B3b",
     .name = "lot.merge",
     .signers = "who has the lots",
     .body = merge_fields,
     .change = "no chip; lots -> one lot",
     .guard = "one unit, product and site; in = out + scrapped; no more than each lot has",
     .rule = merge_rule,
     .effect = merge_effect,
     .correctable = true},
    {.code = "B3c",
     .name = "lot.move",
     .signers = "who has the lot, and who takes it",
     .body = move_fields,
     .change = "no chip; lot -> another site, in the custody of the party that runs it",
     .guard = "lot not empty; site known, open and another",
     .rule = move_rule,
     .effect = move_effect,
     .correctable = true},
    {.code = "B4",
     .name = "lot.scrap",
     .signers = "who has the lot",
     .body = scrap_fields,
     .change = "no chip; units of the lot are gone",
     .guard = "no more than the lot has",
     .rule = scrap_rule,
     .effect = scrap_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> lot_kinds() { return lot_rows; }

}  // namespace muster::registry
