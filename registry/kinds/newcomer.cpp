#include <unordered_set>

#include "registry/alias_use.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

enum RegisterColumn : std::size_t {
  register_certificate,
  register_ecid,
  register_gs1,
  register_key
};

/// The device key that was read off a chip, or zero.
Hash read_key(const Case& found, std::size_t item) {
  const Cell& cell = found.event.items.cell(item, register_key);
  return cell.type == Cell::Type::absent ? Hash{} : Hash::from_hex(cell.text).value();
}

/// A key that another chip has means that one of the two is not what it says.
Result<void> keys_are_free(const Case& found) {
  std::unordered_set<Hash> brought;
  for (std::size_t i = 0; i < found.event.items.items.size(); ++i) {
    const Hash key = read_key(found, i);
    if (key == Hash{}) continue;
    const RowN other = found.state.chip_with_key(key);
    const std::string chip = "chip " + found.event.items.items[i].chip.to_string();
    if (other != no_row) {
      return refusal("device_key.taken", chip + ": key " + key.to_hex() + " is that of chip " +
                                             found.state.chip_id(other).to_string());
    }
    if (is_former_key(found.state, key) || !brought.insert(key).second) {
      return refusal("device_key.taken", chip + ": key " + key.to_hex());
    }
  }
  return {};
}

bool is_declared(const Case& found) { return found.body().text("provenance") == "declared-legacy"; }

/// Unknown chips turn up at a chokepoint; declared ones stand where their holder has them.
Result<void> stands_where_it_may(const Case& found, RowN presenter) {
  if (found.site == no_row) {
    return refusal("site.missing", "choke.register wants the site where it happened in its header");
  }
  const Site& site = found.tables().sites[found.site];
  if (is_declared(found)) {
    if (site.party == presenter) return {};
    return refusal("site.not_yours", site.id + " belongs to " + found.state.party_name(site.party) +
                                         ", want one of " + found.state.party_name(presenter));
  }
  if (site.party != found.org) {
    return refusal("site.not_yours", site.id + " belongs to " + found.state.party_name(site.party));
  }
  if (site.kind == "chokepoint") return {};
  return refusal("site.not_chokepoint", site.id + " is a " + site.kind);
}

Result<void> names_are_readable(const Event& event) {
  for (std::size_t i = 0; i < event.items.items.size(); ++i) MUSTER_TRY(given_names(event, i));
  return {};
}

Result<void> register_rule(const Case& found) {
  const RowN presenter = found.tables().parties.find(found.body().text("presenter"));
  if (presenter == no_row) {
    return refusal("party.unknown", "presenter " + found.body().text("presenter"));
  }
  MUSTER_TRY(stands_where_it_may(found, presenter));
  MUSTER_TRY(new_ids_are_free(found));
  MUSTER_TRY(names_are_readable(found.event));
  return keys_are_free(found);
}

Result<void> register_facts(const Case& found) { return names_are_readable(*found.event.instead); }

/// Goods that are there are written down as they are: one of the two is not what it says.
void note_doubled(State& state, RowN presenter, bool doubled) {
  if (doubled) open_finding(state, presenter, "alias.doubled");
}

bool names_are_doubled(const Case& found, const Event& event) {
  const RowN product = found.tables().products.find(event.fields().text("product"));
  return !names_are_free(found, event, product).has_value();
}

void register_restate(State& state, const Case& found) {
  const Event& event = *found.event.instead;
  const bool doubled = names_are_doubled(found, event);
  give_names(state, event);
  note_doubled(state, state.tables().parties.find(event.fields().text("presenter")), doubled);
}

void register_effect(State& state, const Case& found) {
  const RowN presenter = state.tables().parties.find(found.body().text("presenter"));
  const bool declared = is_declared(found);
  const bool doubled = names_are_doubled(found, found.event);
  for (std::size_t i = 0; i < found.event.items.items.size(); ++i) {
    const auto parts = found.event.items.items[i].chip.parts();
    const RowN block = state.find_block(parts.block);
    const RowN chip =
        state.add_chip({.block = block,
                        .ordinal = static_cast<std::uint32_t>(parts.ordinal),
                        .random = parts.random,
                        .product = state.tables().blocks[block].product,
                        .made = state.now_index(),
                        .device_key = {},
                        .provenance = declared ? Provenance::declared : Provenance::chokepoint},
                       presenter, found.site);
    ChipState& now = state.touch(chip);
    now.set(Flag::quarantine);
    if (!declared) now.transport = Transport::at_chokepoint;
    const Hash key = read_key(found, i);
    if (key != Hash{}) state.set_device_key(chip, key);
  }
  name_new_chips(state, found.event);
  note_doubled(state, presenter, doubled);
}

void undo_register(State& state, Index32 target) {
  undo_names(state, target);
  for (const RowN chip : state.made_by(target)) {
    if (state.tables().identities[chip].enrolled()) state.clear_device_key(chip);
    state.void_chip(chip);
  }
}

constexpr std::array<Field, 4> register_fields{
    {{"product", FieldType::name},
     {"provenance", FieldType::text, true, "unknown|declared-legacy"},
     {"presenter", FieldType::name},
     {"basis", FieldType::text, false}}};
constexpr std::array<Field, 6> register_columns{
    {{"certificate", FieldType::hash, false},
     {.name = "ecid", .type = FieldType::hex, .required = false, .weight = Weight::fact},
     {.name = "gs1", .type = FieldType::text, .required = false, .weight = Weight::fact},
     {"key", FieldType::hash, false},
     {.name = "marks", .type = FieldType::text, .required = false, .weight = Weight::fact},
     {.name = "serial", .type = FieldType::text, .required = false, .weight = Weight::fact}}};

constexpr std::array<Kind, 1> newcomer_rows{{
    {.code = "F6",
     .name = "choke.register",
     .signers = "officer of an authority",
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::new_chips,
     .expects = Expects::absent,
     .body = register_fields,
     .columns = register_columns,
     .change = "none -> made, held by the presenter, in quarantine; provenance chokepoint or "
               "declared-legacy, for ever",
     .guard =
         "ids as for chip.package; at a chokepoint of the authority, or, declared, at a site of "
         "the presenter; a device key that no chip has; a serial, ECID or GS1 key that another "
         "chip "
         "of the maker has is a finding",
     .rule = register_rule,
     .effect = register_effect,
     .correctable = true,
     .undo = undo_register,
     .facts = register_facts,
     .restate = register_restate},
}};

}  // namespace

std::span<const Kind> newcomer_kinds() { return newcomer_rows; }

}  // namespace muster::registry
