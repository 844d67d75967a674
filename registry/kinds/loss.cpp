#include "registry/chip_rules.hpp"
#include "registry/draw.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

/// The chip is gone: out of its release, its holder and its slot.
void declare_missing(State& state, const Case& found, Flag flag) {
  for (const RowN chip : found.chips) {
    const RowN shipment = state.tables().chips[chip].shipment;
    if (shipment != no_row) ++state.tables().shipments.edit(shipment).lost;
    take_out(state, chip);
    ChipState& now = state.touch(chip);
    keep_used(now);
    now.shipment = no_row;
    now.leg = no_row;
    now.transport = Transport::at_site;
    now.set(flag);
  }
}

void loss_effect(State& state, const Case& found) { declare_missing(state, found, Flag::lost); }
void theft_effect(State& state, const Case& found) { declare_missing(state, found, Flag::stolen); }

Result<void> recover_rule(const Case& found) {
  for (const RowN chip : found.chips) {
    const ChipState& now = found.chip(chip);
    if (now.has(Flag::lost) || now.has(Flag::stolen)) continue;
    return refusal("recover.not_missing", chip_text(found.state, chip));
  }
  return {};
}

void recover_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    state.move(chip, found.org, found.site);
    ChipState& now = state.touch(chip);
    now.clear(Flag::lost);
    now.clear(Flag::stolen);
    now.set(Flag::quarantine);
  }
}

Result<void> resolve_rule(const Case& found) {
  for (const RowN chip : found.chips) {
    if (found.chip(chip).has(Flag::quarantine)) continue;
    return refusal("quarantine.none", chip_text(found.state, chip));
  }
  return {};
}

void resolve_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) state.touch(chip).clear(Flag::quarantine);
}

void retire_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) state.touch(chip).life = Life::retired;
}

void destroy_effect(State& state, const Case& found) {
  restore_on(state, found.chips, &ChipState::draw, "destruction");
  for (const RowN chip : found.chips) {
    state.touch(chip).life = Life::destroyed;
    state.end_custody(chip);
  }
}

constexpr std::array<Field, 3> loss_fields{{{"circumstances", FieldType::text},
                                            {"last_seen", FieldType::time, false},
                                            {"report", FieldType::text, false}}};
constexpr std::array<Field, 3> theft_fields{{{"circumstances", FieldType::text},
                                             {"last_seen", FieldType::time, false},
                                             {"police", FieldType::text}}};
constexpr std::array<Field, 2> recover_fields{
    {{"place", FieldType::text}, {"proof", FieldType::hash}}};
constexpr std::array<Field, 2> resolve_fields{
    {{"reason", FieldType::text}, {"proof", FieldType::hash, false}}};
constexpr std::array<Field, 1> retire_fields{{{"cause", FieldType::text}}};
constexpr std::array<Field, 4> destroy_fields{{{"method", FieldType::text},
                                               {"place", FieldType::text},
                                               {"mass_grams", FieldType::decimal, false},
                                               {"media", FieldType::hashes, false}}};

constexpr ChipNeeds may_be_missing{
    .life = made_or_later,
    .transport = one_of({Transport::at_site, Transport::with_carrier, Transport::at_receiver,
                         Transport::returning}),
    .custodian = true};

constexpr std::array<Kind, 6> loss_rows{{
    {.code = "J2",
     .name = "quarantine.lift",
     .signers = "authority",
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = resolve_fields,
     .needs = {.transport = one_of({Transport::at_site}), .no_release = true, .no_hold = true},
     .change = "quarantine -> held",
     .guard = "chip in quarantine, under no release and no hold",
     .rule = resolve_rule,
     .effect = resolve_effect},
    {.code = "J3",
     .name = "loss.declare",
     .signers = "the custodian",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = loss_fields,
     .needs = may_be_missing,
     .change = "held or released -> lost; the custodian stays accountable",
     .guard = "not at a chokepoint; not missing yet",
     .rule = no_further_rule,
     .effect = loss_effect},
    {.code = "J4",
     .name = "theft.declare",
     .signers = "the custodian",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = theft_fields,
     .needs = may_be_missing,
     .change = "held or released -> stolen; the custodian stays accountable",
     .guard = "not at a chokepoint; not missing yet",
     .rule = no_further_rule,
     .effect = theft_effect},
    {.code = "J5",
     .name = "recover",
     .signers = "the finder, and an authority",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::optional,
     .site = true,
     .co_signer = CoSigner::another_party,
     .co_roles = roles({Role::authority}),
     .body = recover_fields,
     .needs = {.not_lost = false, .not_missing = false},
     .change = "lost or stolen -> held by the finder, in quarantine",
     .guard = "chip declared lost or stolen",
     .rule = recover_rule,
     .effect = recover_effect},
    {.code = "K1",
     .name = "retire",
     .signers = "the custodian",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = retire_fields,
     .needs = with_life(own_and_free, one_of({Life::passed, Life::failed})),
     .change = "passed or failed -> retired",
     .guard = "loose; still counted until it is destroyed",
     .rule = no_further_rule,
     .effect = retire_effect},
    {.code = "K2",
     .name = "destroy",
     .signers = "the custodian, and a witness, destroyer or authority",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .site = true,
     .co_signer = CoSigner::another_party,
     .co_roles = roles({Role::witness, Role::destroyer, Role::authority}),
     .body = destroy_fields,
     .needs = with_life(own_and_free, one_of({Life::retired, Life::failed})),
     .change = "retired or failed -> destroyed, for ever",
     .guard = "two parties sign; nothing follows",
     .rule = no_further_rule,
     .effect = destroy_effect},
}};

}  // namespace

std::span<const Kind> loss_kinds() { return loss_rows; }

}  // namespace muster::registry
