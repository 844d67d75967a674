#include <algorithm>
#include <unordered_set>

#include "registry/alias_use.hpp"
#include "registry/chip_rules.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/lot_use.hpp"

namespace muster::registry {
namespace {

constexpr std::uint64_t max_block_count = 100'000'000;

enum PackageColumn : std::size_t { package_dice };
enum EnrolColumn : std::size_t { enrol_certificate, enrol_key };
enum TestColumn : std::size_t { test_bin, test_pass };

Result<void> reserve_rule(const Case& found) {
  const Body body = found.body();
  if (body.integer("block") >= ChipId::block_limit || body.integer("count") > max_block_count) {
    return refusal("id.block_range", "want a block below 2^48 of at most 100,000,000 ids");
  }
  if (found.state.find_block(body.integer("block")) != no_row) {
    return refusal("id.block_taken", "block " + std::to_string(body.integer("block")));
  }
  if (found.tables().products.find(body.text("product")) == no_row) {
    return refusal("product.unknown", body.text("product"));
  }
  if (found.tables().parties.find(body.text("packager")) == no_row) {
    return refusal("party.unknown", "packager " + body.text("packager"));
  }
  return {};
}

void reserve_effect(State& state, const Case& found) {
  const Body body = found.body();
  state.add_block({.number = body.integer("block"),
                   .count = body.integer("count"),
                   .product = state.tables().products.find(body.text("product")),
                   .owner = found.org,
                   .packager = state.tables().parties.find(body.text("packager")),
                   .index = state.now_index()});
}

/// The block of an id that may be packaged by the signing party.
Result<RowN> block_for(const Case& found, std::uint64_t number) {
  const RowN row = found.state.find_block(number);
  if (row == no_row) return refusal("id.not_reserved", "block " + std::to_string(number));
  const Block& block = found.tables().blocks[row];
  if (block.voided != no_index) {
    return refusal("id.block_void", "block " + std::to_string(number) +
                                        ": its reservation was taken back by entry " +
                                        std::to_string(block.voided));
  }
  if (block.packager != found.org) {
    return refusal("id.not_yours", "block " + std::to_string(number) + " is reserved for " +
                                       found.state.party_name(block.packager));
  }
  const std::string product = found.body().text("product");
  if (found.tables().products[block.product].id != product) {
    return refusal("id.other_product", "block " + std::to_string(number) + " is reserved for " +
                                           found.tables().products[block.product].id + ", got " +
                                           product);
  }
  return row;
}

}  // namespace

Result<void> new_ids_are_free(const Case& found) {
  std::uint64_t number = ChipId::block_limit;
  RowN row = no_row;
  std::unordered_set<std::uint64_t> ordinals;
  const bool sorted = found.event.header.subjects.form == SubjectForm::manifest;
  std::uint64_t previous = ChipId::part_limit;
  for (const Item& item : found.event.items.items) {
    const auto parts = item.chip.parts();
    if (item.has_expects) return refusal("expects.unwanted", "a new chip follows nothing");
    if (parts.block != number) {
      MUSTER_TRY_ASSIGN(row, block_for(found, parts.block));
      number = parts.block;
      previous = ChipId::part_limit;
    }
    if (parts.ordinal >= found.tables().blocks[row].count) {
      return refusal("id.not_reserved", item.chip.to_string() + " is outside its block");
    }
    // Two ids of one ordinal differ in the random part only; in a manifest they are neighbours.
    const bool twice = sorted ? parts.ordinal == previous
                              : !ordinals.insert((parts.block << 40U) ^ parts.ordinal).second;
    if (twice || found.state.chip_at(row, parts.ordinal) != no_row) {
      return refusal("id.taken", item.chip.to_string() + ": the ordinal belongs to another chip");
    }
    previous = parts.ordinal;
  }
  return {};
}

namespace {

Result<void> package_rule(const Case& found) {
  MUSTER_TRY(new_ids_are_free(found));
  const RowN product = found.tables().products.find(found.body().text("product"));
  if (product != no_row) MUSTER_TRY(names_are_free(found, found.event, product));
  return check_inputs(found, package_dice);
}

void package_effect(State& state, const Case& found) {
  for (const Item& item : found.event.items.items) {
    const auto parts = item.chip.parts();
    const RowN block = state.find_block(parts.block);
    state.add_chip({.block = block,
                    .ordinal = static_cast<std::uint32_t>(parts.ordinal),
                    .random = parts.random,
                    .product = state.tables().blocks[block].product,
                    .made = state.now_index(),
                    .device_key = {}},
                   found.org, found.site);
  }
  name_new_chips(state, found.event);
  use_inputs(state, found, package_dice);
}

void undo_reserve(State& state, Index32 target) {
  for (RowN n = 0; n < state.tables().blocks.size(); ++n) {
    if (state.tables().blocks[n].index == target) {
      state.tables().blocks.edit(n).voided = state.now_index();
    }
  }
}

void undo_package(State& state, Index32 target) {
  undo_names(state, target);
  for (const RowN chip : state.made_by(target)) state.void_chip(chip);
  free_dice(state, target);
}

Hash device_key(const Case& found, std::size_t item) {
  return Hash::from_hex(found.event.items.cell(item, enrol_key).text).value();
}

Result<void> enrol_rule(const Case& found) {
  std::unordered_set<Hash> brought;
  brought.reserve(found.chips.size());
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const std::string chip = found.event.items.items[i].chip.to_string();
    if (found.tables().identities[found.chips[i]].enrolled()) {
      return refusal("device_key.already", "chip " + chip + " has one");
    }
    const Hash key = device_key(found, i);
    const bool used = found.state.chip_with_key(key) != no_row || is_former_key(found.state, key);
    if (key == Hash{} || used || !brought.insert(key).second) {
      return refusal("device_key.taken",
                     "chip " + chip + ": key " + key.to_hex() + " belongs to another chip");
    }
  }
  return {};
}

void enrol_effect(State& state, const Case& found) {
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    state.set_device_key(found.chips[i], device_key(found, i));
  }
}

void undo_enrol(State& state, Index32 target) {
  for (const auto& [chip, before] : state.chips_before(target)) state.clear_device_key(chip);
}

/// A chip that failed has failed: what a further test can add is that it passes.
Result<void> test_rule(const Case& found) {
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const bool pass = found.event.items.cell(i, test_pass).integer != 0;
    if (pass || found.chip(found.chips[i]).life != Life::failed) continue;
    return refusal("test.failed_before", chip_text(found.state, found.chips[i]) +
                                             ": a further test is recorded when it passes");
  }
  return {};
}

void test_effect(State& state, const Case& found) {
  for (std::size_t i = 0; i < found.chips.size(); ++i) {
    const bool pass = found.event.items.cell(i, test_pass).integer != 0;
    state.touch(found.chips[i]).life = pass ? Life::passed : Life::failed;
  }
}

Result<void> regrade_rule(const Case& found) {
  const auto& products = found.tables().products;
  const RowN from = products.find(found.body().text("from"));
  const RowN to = products.find(found.body().text("to"));
  if (from == no_row || to == no_row) {
    return refusal("product.unknown", found.body().text(from == no_row ? "from" : "to"));
  }
  if (from == to || products[from].designer != products[to].designer) {
    return refusal("regrade.product", "want another product of one designer, got " +
                                          products[from].id + " and " + products[to].id);
  }
  for (const RowN chip : found.chips) {
    const RowN product = found.tables().identities[chip].product;
    if (product == from) continue;
    return refusal("regrade.other_product", chip_text(found.state, chip) + ", a " +
                                                products[product].id + ", got " +
                                                products[from].id);
  }
  const bool authority = std::ranges::any_of(found.signers, [&](RowN party) {
    return party != found.org && has_role(found, party, Role::authority);
  });
  if (products[to].tpp <= products[from].tpp || authority) return {};
  return refusal("regrade.tpp_rises", "TPP from " + std::to_string(products[from].tpp) + " to " +
                                          std::to_string(products[to].tpp) +
                                          " wants the signature of an authority");
}

void regrade_effect(State& state, const Case& found) {
  auto& tables = state.tables();
  const RowN to = tables.products.find(found.body().text("to"));
  tables.regrades.add({.index = state.now_index(),
                       .chips_of = state.now_index(),
                       .from = tables.products.find(found.body().text("from")),
                       .to = to});
  for (const RowN chip : found.chips) {
    state.touch(chip);
    tables.identities.edit(chip).product = to;
  }
}

void undo_regrade(State& state, Index32 target) {
  auto& regrades = state.tables().regrades;
  const auto row = std::ranges::find(regrades.rows(), target, &Regrade::index);
  if (row == regrades.rows().end()) return;
  const Regrade done = *row;
  for (const auto& [chip, before] : state.chips_before(target)) {
    state.tables().identities.edit(chip).product = done.from;
  }
  regrades.add({.index = state.now_index(), .chips_of = target, .from = done.to, .to = done.from});
}

constexpr std::array<Field, 4> reserve_fields{{{"block", FieldType::integer},
                                               {"count", FieldType::positive},
                                               {"product", FieldType::name},
                                               {"packager", FieldType::name}}};
constexpr std::array<Field, 3> input_fields{{{"lot", FieldType::name},
                                             {"quantity", FieldType::positive},
                                             {"scrap", FieldType::integer, false}}};
constexpr std::array<Field, 2> package_fields{
    {{"product", FieldType::name}, {"inputs", FieldType::records, false, {}, input_fields}}};
constexpr std::array<Field, 4> package_columns{
    {{"dice", FieldType::text, false},
     {.name = "ecid", .type = FieldType::hex, .required = false, .weight = Weight::fact},
     {.name = "gs1", .type = FieldType::text, .required = false, .weight = Weight::fact},
     {.name = "serial", .type = FieldType::text, .required = false, .weight = Weight::fact}}};
constexpr std::array<Field, 1> enrol_fields{{{"root", FieldType::hash, false}}};
constexpr std::array<Field, 2> enrol_columns{
    {{"certificate", FieldType::hash, false}, {"key", FieldType::hash}}};
constexpr std::array<Field, 2> test_fields{
    {{"report", FieldType::hash, false}, {"lot", FieldType::text, false}}};
constexpr std::array<Field, 2> test_columns{
    {{"bin", FieldType::text, false}, {"pass", FieldType::boolean}}};

constexpr std::array<Field, 3> regrade_fields{
    {{"from", FieldType::name}, {"to", FieldType::name}, {"evidence", FieldType::hash}}};

constexpr std::array<Kind, 5> identity_rows{{
    {.code = "B1",
     .name = "id.reserve",
     .signers = "designer, fab or packager; an authority for chips of unknown making",
     .roles = roles({Role::designer, Role::fab, Role::packager, Role::authority}),
     .body = reserve_fields,
     .change = "none -> reserved",
     .guard = "block number never used before; product and packager known",
     .rule = reserve_rule,
     .effect = reserve_effect,
     .correctable = true,
     .undo = undo_reserve},
    {.code = "B5",
     .name = "chip.package",
     .signers = "the packager that the block names",
     .roles = roles({Role::packager}),
     .subjects = TakesSubjects::new_chips,
     .expects = Expects::absent,
     .site = true,
     .body = package_fields,
     .columns = package_columns,
     .change = "reserved -> made, in the packager's custody",
     .guard =
         "id inside a block reserved for this packager and product; its ordinal unused; as "
         "many dice as the product has, from own lots, each in one package; no other chip of the "
         "maker has the serial or ECID, none at all the GS1 key",
     .rule = package_rule,
     .effect = package_effect,
     .correctable = true,
     .undo = undo_package,
     .facts = restated_names_rule,
     .restate = restate_names},
    {.code = "B6",
     .name = "chip.enrol",
     .signers = "the custodian: packager, fab or designer",
     .roles = roles({Role::packager, Role::fab, Role::designer}),
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = enrol_fields,
     .columns = enrol_columns,
     .needs = with_life(own_and_free, one_of({Life::made, Life::passed})),
     .change = "assurance none -> bound (by the maker's word)",
     .guard = "chip without a device key; key of no other chip",
     .rule = enrol_rule,
     .effect = enrol_effect,
     .correctable = true,
     .undo = undo_enrol},
    {.code = "B7",
     .name = "chip.test",
     .signers = "the custodian: packager, fab or test house",
     .roles = roles({Role::packager, Role::fab, Role::test_house}),
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = test_fields,
     .columns = test_columns,
     .needs = with_life(own_and_free, one_of({Life::made, Life::failed})),
     .change = "made or failed -> passed or failed",
     .guard = "a failed chip is tested again only to pass",
     .rule = test_rule,
     .effect = test_effect,
     .correctable = true},
    {.code = "B8",
     .name = "chip.regrade",
     .signers = "the custodian: packager, fab or designer; an authority where TPP rises",
     .roles = roles({Role::packager, Role::fab, Role::designer}),
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = regrade_fields,
     .needs = with_life(own_and_free, one_of({Life::passed})),
     .change = "passed -> passed, as another product",
     .guard =
         "every chip of the product named; one designer; TPP may only fall without an authority",
     .rule = regrade_rule,
     .effect = regrade_effect,
     .correctable = true,
     .undo = undo_regrade},
}};

}  // namespace

std::span<const Kind> identity_kinds() { return identity_rows; }

}  // namespace muster::registry
