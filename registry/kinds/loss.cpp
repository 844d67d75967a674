#include "registry/chip_rules.hpp"
#include "registry/draw.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

void declare_missing(State& state, const Case& found, Flag flag) {
  for (const RowN chip : found.chips) gone_missing(state, chip, flag);
}

void loss_effect(State& state, const Case& found) { declare_missing(state, found, Flag::lost); }
void theft_effect(State& state, const Case& found) { declare_missing(state, found, Flag::stolen); }

/// A chip that a case reports short is still released: it ends as lost to that shipment.
void end_release_of_missing(State& state, RowN chip) {
  const RowN shipment = state.tables().chips[chip].shipment;
  if (shipment == no_row) return;
  ++state.tables().shipments.edit(shipment).lost;
  ChipState& now = state.touch(chip);
  keep_used(now);
  now.shipment = no_row;
  now.leg = no_row;
  now.transport = Transport::at_site;
}

Result<void> recover_rule(const Case& found) {
  for (const RowN chip : found.chips) {
    const ChipState& now = found.chip(chip);
    if (now.has(Flag::lost) || now.has(Flag::stolen) || now.has(Flag::missing)) continue;
    return refusal("recover.not_missing", chip_text(found.state, chip));
  }
  return {};
}

void recover_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    end_release_of_missing(state, chip);
    for (const RowN hold : state.holds_on(chip)) state.lift_hold(chip, hold);
    state.end_missing(chip, "recovered");
    take_out(state, chip);
    state.move(chip, found.org, found.site);
    ChipState& now = state.touch(chip);
    now.clear(Flag::lost);
    now.clear(Flag::stolen);
    now.set(Flag::quarantine);
    state.show(chip);
  }
}

/// It turned up at a chokepoint and still is there: whoever examines it lets it in.
bool is_examined_there(const State& state, RowN chip) {
  const ChipState& now = state.tables().chips[chip];
  return now.life == Life::made && now.transport == Transport::at_chokepoint;
}

/// Whether the word of an authority stands for the test that the chip never had.
bool passes_unmade(const State& state, RowN chip) {
  const bool declared = state.tables().identities[chip].provenance == Provenance::declared;
  return is_examined_there(state, chip) ||
         (declared && state.tables().chips[chip].life == Life::made);
}

Result<void> resolve_rule(const Case& found) {
  for (const RowN chip : found.chips) {
    const ChipState& now = found.chip(chip);
    if (!now.has(Flag::quarantine)) {
      return refusal("quarantine.none", chip_text(found.state, chip));
    }
    if (!is_examined_there(found.state, chip) &&
        (now.has(Flag::hold) || now.transport != Transport::at_site)) {
      return refusal("quarantine.not_free",
                     chip_text(found.state, chip) + ", want it at its site and under no hold");
    }
    for (const RowN line : found.state.open_lines(chip)) {
      const CaseLine& open = found.tables().case_lines[line];
      if (open.kind == "tamper" || open.kind == "diverted") continue;
      return refusal("case.open", chip_text(found.state, chip) + ", under case " +
                                      found.tables().cases[open.file].id + ": resolve that");
    }
  }
  return {};
}

void resolve_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    const bool passes = passes_unmade(state, chip);
    ChipState& now = state.touch(chip);
    if (passes) now.life = Life::passed;
    now.clear(Flag::quarantine);
    now.transport = Transport::at_site;
  }
}

void retire_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    take_out(state, chip);
    state.touch(chip).life = Life::retired;
  }
}

Result<void> scope_exit_rule(const Case& found) {
  if (!found.body().has("product")) return {};
  const RowN product = found.tables().products.find(found.body().text("product"));
  if (product == no_row) return refusal("product.unknown", found.body().text("product"));
  for (const RowN chip : found.chips) {
    const RowN own = found.tables().identities[chip].product;
    if (own == product) continue;
    return refusal("scope.other_product", chip_text(found.state, chip) + ", a " +
                                              found.tables().products[own].id + ", got " +
                                              found.tables().products[product].id);
  }
  return {};
}

void scope_exit_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.resumes = now.life;
    now.life = Life::out;
    state.pause_custody(chip);
  }
}

void scope_reenter_effect(State& state, const Case& found) {
  for (const RowN chip : found.chips) {
    ChipState& now = state.touch(chip);
    now.life = now.resumes;
    now.resumes = Life::made;
    state.resume_custody(chip);
  }
}

void destroy_effect(State& state, const Case& found) {
  restore_on(state, found.chips, &ChipState::draw, "destruction");
  for (const RowN chip : found.chips) {
    state.touch(chip).life = Life::destroyed;
    state.end_custody(chip);
    state.close_lines(chip, "destroyed");
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
    .custodian = true,
    .not_missing = false};

constexpr ChipNeeds free_of_anybody{.life = made_or_later,
                                    .place = one_of({Place::loose}),
                                    .transport = one_of({Transport::at_site}),
                                    .no_release = true,
                                    .no_hold = true,
                                    .no_quarantine = true};

constexpr std::array<Field, 2> exit_scope_fields{
    {{"basis", FieldType::text}, {"product", FieldType::name, false}}};
constexpr std::array<Field, 1> reenter_fields{{{"basis", FieldType::text}}};

constexpr std::array<Kind, 8> loss_rows{{
    {.code = "J2b",
     .name = "quarantine.lift",
     .signers = "authority",
     .roles = roles({Role::authority}),
     .suspended = Suspended::may,
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = resolve_fields,
     .needs = {.transport = one_of({Transport::at_site, Transport::at_chokepoint}),
               .no_release = true},
     .change = "quarantine -> held; one of unknown making, at its chokepoint or declared -> passed",
     .guard = "chip in quarantine without a case, under no release; at its site and under no hold, "
              "or of unknown making and still at its chokepoint",
     .rule = resolve_rule,
     .effect = resolve_effect,
     .correctable = true},
    {.code = "J3",
     .name = "loss.declare",
     .signers = "the custodian",
     .suspended = Suspended::may,
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = loss_fields,
     .needs = may_be_missing,
     .change = "held or released -> lost; the custodian stays accountable",
     .guard = "not at a chokepoint; not missing yet",
     .rule = no_further_rule,
     .effect = loss_effect,
     .correctable = true},
    {.code = "J4",
     .name = "theft.declare",
     .signers = "the custodian",
     .suspended = Suspended::may,
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = theft_fields,
     .needs = may_be_missing,
     .change = "held or released -> stolen; the custodian stays accountable",
     .guard = "not at a chokepoint; not missing yet",
     .rule = no_further_rule,
     .effect = theft_effect,
     .correctable = true},
    {.code = "J5",
     .name = "recover",
     .signers = "the finder, and an authority",
     .suspended = Suspended::may,
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
     .effect = recover_effect,
     .correctable = true},
    {.code = "K1",
     .name = "retire",
     .signers = "the custodian",
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = retire_fields,
     .needs = with_place(with_life(own_and_free, one_of({Life::passed})),
                         one_of({Place::loose, Place::in_assembly})),
     .change = "passed -> retired, loose",
     .guard = "not packed, not installed; still counted until it is destroyed",
     .rule = no_further_rule,
     .effect = retire_effect,
     .correctable = true},
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
     .effect = destroy_effect,
     .correctable = true},
    {.code = "K3",
     .name = "scope.exit",
     .signers = "authority",
     .weighty = true,
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = exit_scope_fields,
     .needs = free_of_anybody,
     .change = "any live -> out of scope; no custody is counted meanwhile",
     .guard = "loose and free; of the product, if one is named",
     .rule = scope_exit_rule,
     .effect = scope_exit_effect,
     .correctable = true},
    {.code = "K3b",
     .name = "scope.reenter",
     .signers = "authority",
     .weighty = true,
     .roles = roles({Role::authority}),
     .subjects = TakesSubjects::loose_chips,
     .expects = Expects::required,
     .body = reenter_fields,
     .needs = {.life = one_of({Life::out})},
     .change = "out of scope -> the life that it had",
     .guard = "-",
     .rule = no_further_rule,
     .effect = scope_reenter_effect,
     .correctable = true},
}};

}  // namespace

std::span<const Kind> loss_kinds() { return loss_rows; }

void gone_missing(State& state, RowN chip, Flag flag) {
  const RowN shipment = state.tables().chips[chip].shipment;
  if (shipment != no_row) ++state.tables().shipments.edit(shipment).lost;
  take_out(state, chip);
  state.end_missing(chip, std::string(name_of(flag)));
  ChipState& now = state.touch(chip);
  keep_used(now);
  now.shipment = no_row;
  now.leg = no_row;
  now.transport = Transport::at_site;
  now.set(flag);
}

}  // namespace muster::registry
