#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/draw.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

enum RepairColumn : std::size_t { repair_key };
enum RmaColumn : std::size_t { rma_outcome };

/// The row of a chip among those of a return, or `no_row`.
RowN item_row(const Tables& tables, const Rma& rma, RowN chip) {
  const auto& rows = tables.rma_items.rows();
  const auto first = rows.begin() + rma.first;
  const auto at = std::lower_bound(first, first + rma.units, chip,
                                   [](const RmaItem& item, RowN c) { return item.chip < c; });
  if (at == first + rma.units || at->chip != chip) return no_row;
  return static_cast<RowN>(at - rows.begin());
}

/// Whether `chip` takes the place of one of the return.
bool is_replacement(const Tables& tables, const Rma& rma, RowN chip) {
  for (RowN n = rma.first; n < rma.first + rma.units; ++n) {
    if (tables.rma_items[n].replacement == chip) return true;
  }
  return false;
}

/// The open return that the body names.
Result<RowN> open_rma(const Case& found) {
  const std::string& id = found.body().text("rma");
  const RowN row = found.tables().rmas.find(id);
  if (row == no_row) return refusal("rma.unknown", id);
  const Index32 closed = found.tables().rmas[row].closed;
  if (closed != no_index) {
    return refusal("rma.closed", id + " by entry " + std::to_string(closed));
  }
  return row;
}

/// The open return that the body names, of which the signing party is the vendor.
Result<RowN> vendors_rma(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, open_rma(found));
  const Rma& rma = found.tables().rmas[row];
  if (rma.vendor == found.org) return row;
  return refusal("rma.other_party", rma.id + " goes to " + found.state.party_name(rma.vendor));
}

Result<void> is_open_item(const Case& found, const Rma& rma, RowN chip) {
  const RowN row = item_row(found.tables(), rma, chip);
  if (row == no_row) {
    return refusal("rma.other_chip", chip_text(found.state, chip) + ", not part of " + rma.id);
  }
  const std::string& outcome = found.tables().rma_items[row].outcome;
  if (outcome.empty()) return {};
  return refusal("rma.has_outcome", chip_text(found.state, chip) + ": " + outcome);
}

Result<void> rma_open_rule(const Case& found) {
  const std::string& id = found.body().text("rma");
  if (const RowN old = found.tables().rmas.find(id); old != no_row) {
    return id_in_use(found.state, "rma.exists", id, found.tables().rmas[old].index);
  }
  if (found.tables().parties.find(found.body().text("vendor")) == found.org) {
    return refusal("rma.to_self", found.body().text("vendor"));
  }
  for (const RowN chip : found.chips) {
    if (!found.chip(chip).has(Flag::rma)) continue;
    return refusal("rma.open", chip_text(found.state, chip) + ", under another return already");
  }
  return {};
}

void rma_open_effect(State& state, const Case& found) {
  const Body body = found.body();
  auto& tables = state.tables();
  std::vector<RowN> chips = found.chips;
  std::ranges::sort(chips);
  const RowN rma = tables.rmas.add({.id = body.text("rma"),
                                    .custodian = found.org,
                                    .vendor = tables.parties.find(body.text("vendor")),
                                    .fault = body.text("fault"),
                                    .first = tables.rma_items.size(),
                                    .units = static_cast<std::uint32_t>(chips.size()),
                                    .index = state.now_index()});
  for (const RowN chip : chips) {
    tables.rma_items.add({.chip = chip, .rma = rma, .work = {}, .outcome = {}});
    state.touch(chip).set(Flag::rma);
  }
}

/// The key that a repair gave the chip, or zero.
Hash new_key(const Case& found, std::size_t item) {
  if (found.holder != no_row) return {};
  const Cell& cell = found.event.items.cell(item, repair_key);
  return cell.type == Cell::Type::absent ? Hash{} : Hash::from_hex(cell.text).value();
}

/// A new identity is the maker's to vouch for, and nobody else's before.
Result<void> key_is_vouched(const Case& found, RowN chip, const Hash& key) {
  const auto& products = found.tables().products;
  const RowN maker = products[found.tables().identities[chip].product].designer;
  const bool vouched =
      maker == found.org || std::ranges::find(found.signers, maker) != found.signers.end();
  if (!vouched) {
    return refusal("signature.second_party", chip_text(found.state, chip) +
                                                 ": a new device key wants the signature of " +
                                                 found.state.party_name(maker));
  }
  if (!is_former_key(found.state, key) && found.state.chip_with_key(key) == no_row) return {};
  return refusal("device_key.taken", chip_text(found.state, chip) + ": key " + key.to_hex());
}

Result<void> repair_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, vendors_rma(found));
  std::vector<Hash> keys;
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    MUSTER_TRY(is_open_item(found, found.tables().rmas[row], found.chips[i]));
    const Hash key = new_key(found, i);
    if (key == Hash{}) continue;
    MUSTER_TRY(key_is_vouched(found, found.chips[i], key));
    if (std::ranges::find(keys, key) != keys.end()) {
      return refusal("device_key.taken", key.to_hex() + " stands twice");
    }
    keys.push_back(key);
  }
  return {};
}

void repair_effect(State& state, const Case& found) {
  auto& tables = state.tables();
  const RowN rma = tables.rmas.find(found.body().text("rma"));
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const RowN chip = found.chips[i];
    state.touch(chip);
    tables.rma_items.edit(item_row(tables, tables.rmas[rma], chip)).work =
        found.body().text("result");
    const Hash key = new_key(found, i);
    if (key == Hash{}) continue;
    const Hash old = tables.identities[chip].device_key;
    if (old != Hash{}) {
      tables.former_keys.add({.id = old.to_hex(), .chip = chip, .index = state.now_index()});
    }
    state.replace_device_key(chip, key);
  }
}

/// The two chips of a replacement.
struct Pair {
  RowN old = no_row;
  RowN fresh = no_row;
};

Result<Pair> pair_of(const Case& found) {
  const Pair pair{found.state.find_chip(found.body().chip("old")),
                  found.state.find_chip(found.body().chip("new"))};
  const auto named = [&](RowN chip) {
    return std::ranges::find(found.chips, chip) != found.chips.end();
  };
  const bool both =
      found.chips.size() == 2 && pair.old != pair.fresh && named(pair.old) && named(pair.fresh);
  if (both) return pair;
  return refusal("rma.pair", "want the old and the new chip, and no other, as subjects");
}

std::uint64_t tpp_of_chip(const Case& found, RowN chip) {
  return found.tables().products[found.tables().identities[chip].product].tpp;
}

/// A replacement that is more than what it replaces draws for itself.
Result<void> slot_suffices(const Case& found, const Pair& pair) {
  const RowN held = found.chip(pair.old).draw;
  const bool drawn = held != no_row;  // by a licence or a named exception
  if (!found.body().has("licence")) {
    const std::uint64_t old = tpp_of_chip(found, pair.old);
    const std::uint64_t fresh = tpp_of_chip(found, pair.fresh);
    if (!drawn || fresh <= old) return {};
    return refusal("rma.needs_draw", "TPP " + std::to_string(fresh) + " for " +
                                         std::to_string(old) + ": wants a licence with room");
  }
  if (!drawn)
    return refusal("rma.no_slot", chip_text(found.state, pair.old) + ", domestic: it has no slot");
  MUSTER_TRY_ASSIGN(const Terms terms, replacement_terms(found, found.tables().draws[held]));
  const Wanted wanted{found.tables().identities[pair.fresh].product, 1};
  MUSTER_TRY(licence_covers(found, terms, {&wanted, 1}));
  return caps_suffice(found, terms, {&wanted, 1});
}

Result<void> rma_replace_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, vendors_rma(found));
  const Rma& rma = found.tables().rmas[row];
  if (found.tables().parties.find(found.body().text("custodian")) != rma.custodian) {
    return refusal("rma.other_party",
                   rma.id + " was opened by " + found.state.party_name(rma.custodian));
  }
  MUSTER_TRY_ASSIGN(const Pair pair, pair_of(found));
  MUSTER_TRY(is_open_item(found, rma, pair.old));
  const ChipState& fresh = found.chip(pair.fresh);
  if (fresh.life != Life::passed || fresh.has(Flag::rma) || fresh.draw != no_row) {
    return refusal("rma.not_new",
                   chip_text(found.state, pair.fresh) +
                       ", want one that passed, is under no return and stands in no slot of its "
                       "own");
  }
  return slot_suffices(found, pair);
}

void rma_replace_effect(State& state, const Case& found) {
  auto& tables = state.tables();
  const RowN row = tables.rmas.find(found.body().text("rma"));
  const Pair pair = pair_of(found).value();
  RmaItem& item = tables.rma_items.edit(item_row(tables, tables.rmas[row], pair.old));
  item.outcome = "replaced";
  item.replacement = pair.fresh;
  if (found.body().has("licence")) {
    draw_replacement(state, found, pair.old, pair.fresh);
  } else {
    // Like for like: the new chip stands in the slot of the old one, and no slot is added.
    state.touch(pair.fresh).draw = tables.chips[pair.old].draw;
  }
  ChipState& old = state.touch(pair.old);
  old.draw = no_row;
  old.life = Life::retired;
  old.clear(Flag::rma);
}

/// Chips of the return that have neither an outcome nor an end.
std::vector<RowN> without_outcome(const Tables& tables, const Rma& rma) {
  std::vector<RowN> chips;
  for (RowN n = rma.first; n < rma.first + rma.units; ++n) {
    const RmaItem& item = tables.rma_items[n];
    const bool gone = tables.chips[item.chip].life == Life::destroyed;
    if (item.outcome.empty() && !gone) chips.push_back(item.chip);
  }
  return chips;
}

Result<void> rma_close_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const RowN row, vendors_rma(found));
  const Rma& rma = found.tables().rmas[row];
  for (const RowN chip : found.chips) MUSTER_TRY(is_open_item(found, rma, chip));
  for (const RowN chip : without_outcome(found.tables(), rma)) {
    if (std::ranges::find(found.chips, chip) != found.chips.end()) continue;
    return refusal("rma.no_outcome", chip_text(found.state, chip) + ": has no outcome");
  }
  return {};
}

void rma_close_effect(State& state, const Case& found) {
  auto& tables = state.tables();
  const RowN row = tables.rmas.find(found.body().text("rma"));
  tables.rmas.edit(row).closed = state.now_index();
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const RowN chip = found.chips[i];
    tables.rma_items.edit(item_row(tables, tables.rmas[row], chip)).outcome =
        std::string(found.event.items.cell(i, rma_outcome).text);
    state.touch(chip).clear(Flag::rma);
  }
}

constexpr std::array<Field, 3> rma_open_fields{
    {{"rma", FieldType::name}, {"vendor", FieldType::name}, {"fault", FieldType::text}}};
constexpr std::array<Field, 4> repair_fields{
    {{"rma", FieldType::name},
     {"work", FieldType::text},
     {"result", FieldType::text, true, "repaired|not_repairable|no_fault"},
     {"parts", FieldType::texts, false}}};
constexpr std::array<Field, 1> repair_columns{{{"key", FieldType::hash, false}}};
constexpr std::array<Field, 5> rma_replace_fields{{{"rma", FieldType::name},
                                                   {"custodian", FieldType::name},
                                                   {"old", FieldType::chip},
                                                   {"new", FieldType::chip},
                                                   {"licence", FieldType::name, false}}};
constexpr std::array<Field, 1> rma_close_fields{{{"rma", FieldType::name}}};
constexpr std::array<Field, 1> rma_close_columns{
    {{"outcome", FieldType::text, true, "repaired|no_fault|scrapped|returned"}}};

constexpr std::array<Kind, 4> repair_rows{{
    {.code = "I1",
     .name = "rma.open",
     .signers = "the custodian, and the vendor",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .co_party = "vendor",
     .body = rma_open_fields,
     .needs = {.life = made_or_later,
               .transport = one_of({Transport::at_site}),
               .custodian = true,
               .no_release = true,
               .no_hold = true},
     .change = "held or installed -> the same + rma",
     .guard = "number new; chips under no other return",
     .rule = rma_open_rule,
     .effect = rma_open_effect,
     .correctable = true},
    {.code = "I2",
     .name = "repair",
     .signers = "the vendor; the maker for a new device key",
     .subjects = TakesSubjects::chips,
     .expects = Expects::required,
     .body = repair_fields,
     .columns = repair_columns,
     .needs = {.life = made_or_later,
               .transport = one_of({Transport::at_site}),
               .custodian = true,
               .no_release = true},
     .change = "held by the vendor, rma -> the same; a new device key where one is given",
     .guard = "chips of that return, without an outcome; a key that nothing ever had",
     .rule = repair_rule,
     .effect = repair_effect},
    {.code = "I3",
     .name = "rma.replace",
     .signers = "the vendor, and the custodian that opened the return",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .co_party = "custodian",
     .body = rma_replace_fields,
     .needs = own_and_free,
     .change =
         "old: rma -> retired, on the vendor's book until it is destroyed; new: takes its draw",
     .guard = "both on the vendor's book; new passed, with no draw of its own; its TPP no more "
              "than the old one's, else a "
              "licence with room, drawn before the old draw is given back",
     .rule = rma_replace_rule,
     .effect = rma_replace_effect,
     .correctable = true},
    {.code = "I4",
     .name = "rma.close",
     .signers = "the vendor",
     .subjects = TakesSubjects::optional_chips,
     .expects = Expects::required,
     .body = rma_close_fields,
     .columns = rma_close_columns,
     .needs = {.not_seized = false, .not_lost = false, .not_missing = false},
     .change = "rma -> not",
     .guard = "every chip of the return has an outcome: replaced, destroyed, or named here",
     .rule = rma_close_rule,
     .effect = rma_close_effect,
     .correctable = true},
}};

}  // namespace

Result<void> repair_covers(const Case& found, RowN receiver) {
  const Body body = found.body();
  const bool in_repair = body.text("purpose") == "rma";
  if (!in_repair && !body.has("rma")) return {};
  if (!in_repair || !body.has("rma")) {
    return refusal("rma.missing", "purpose rma and the number of the return go together");
  }
  MUSTER_TRY_ASSIGN(const RowN row, open_rma(found));
  const Rma& rma = found.tables().rmas[row];
  const bool there = found.org == rma.custodian && receiver == rma.vendor;
  const bool back = found.org == rma.vendor && receiver == rma.custodian;
  if (!there && !back) {
    return refusal("rma.other_party", rma.id + " is between " +
                                          found.state.party_name(rma.custodian) + " and " +
                                          found.state.party_name(rma.vendor));
  }
  for (const RowN chip : found.chips) {
    if (item_row(found.tables(), rma, chip) != no_row) continue;
    if (back && is_replacement(found.tables(), rma, chip)) continue;
    return refusal("rma.other_chip", chip_text(found.state, chip) + ", not part of " + rma.id);
  }
  return {};
}

bool is_former_key(const State& state, const Hash& key) {
  const auto& keys = state.tables().former_keys;
  return keys.size() != 0 && keys.find(key.to_hex()) != no_row;
}

std::span<const Kind> repair_kinds() { return repair_rows; }

}  // namespace muster::registry
