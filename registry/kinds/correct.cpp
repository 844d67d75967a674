#include <algorithm>

#include "registry/chip_rules.hpp"
#include "registry/correction.hpp"
#include "registry/dispute.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

Result<void> void_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const Index32 target, correctable_target(found));
  MUSTER_TRY(may_correct(found, target));
  MUSTER_TRY(nothing_in_the_way(found, target));
  return those_concerned_sign(found, target);
}

void void_effect(State& state, const Case& found) {
  take_back(state, *state.statement_index(found.body().hash("target")), false);
  state.restart_journal();  // a void is not taken back itself
}

/// Once another party has a chip, what was said of it is frozen without its signature. Chips of
/// which the same is said as before concern nobody.
Result<void> custodians_sign(const Case& found, Index32 target) {
  if (authority_signs(found)) return {};
  const RowN author = found.tables().statements[target].party;
  // A statement that only words another anew made no chip: those that it names are concerned.
  for (const ChipId& id : changed_chips(found)) {
    const RowN chip = found.state.find_chip(id);
    if (chip == no_row) continue;
    const RowN custodian = found.chip(chip).custodian;
    if (custodian == no_row || custodian == author) continue;
    if (std::ranges::find(found.signers, custodian) != found.signers.end()) continue;
    return refusal("correct.second_party",
                   chip_text(found.state, chip) + ", accepted by " +
                       found.state.party_name(custodian) +
                       ", which has to sign what is said of it, or an authority");
  }
  return {};
}

Result<void> replace_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const Index32 target, correctable_target(found));
  MUSTER_TRY(may_correct(found, target));
  MUSTER_TRY_ASSIGN(const Weight weight, weight_of_change(found, target));
  if (weight == Weight::remark) return {};
  if (weight == Weight::fact) {
    MUSTER_TRY(custodians_sign(found, target));
    const Rule facts = found.event.instead->kind->facts;
    return facts == nullptr ? Result<void>{} : facts(found);
  }
  MUSTER_TRY(nothing_in_the_way(found, target));
  return those_concerned_sign(found, target);
}

void replace_effect(State& state, const Case& found) {
  const Index32 target = *state.statement_index(found.body().hash("target"));
  if (!found.instead) {
    // Only the wording changes: the effect is that of the statement that it words anew.
    state.tables().statements.edit(target).restated = state.now_index();
    const auto weight = weight_of_change(found, target);
    const Effect restate = found.event.instead->kind->restate;
    if (restate != nullptr && weight && *weight == Weight::fact) restate(state, found);
    return;
  }
  take_back(state, target, true);
  state.restart_journal();
  found.instead->event.kind->effect(state, *found.instead);
  if (found.instead->holder != no_row) state.touch_holder(found.instead->holder);
}

Result<void> affirm_rule(const Case& found) {
  const auto statements = found.body().hashes("statements");
  if (statements.empty()) return refusal("affirm.none", "names no statement");
  for (const Hash& hash : statements) {
    const auto index = found.state.statement_index(hash);
    if (!index) return refusal("affirm.unknown", "no statement " + hash.to_hex());
    const auto parties = untrusted_parties(found.state, *index);
    if (std::ranges::find(parties, found.org) != parties.end()) continue;
    return refusal("affirm.not_disputed", hash.to_hex() + ": every signature of " +
                                              found.state.party_name(found.org) +
                                              " on it is trusted, or it has none");
  }
  return {};
}

void affirm_effect(State& state, const Case& found) {
  for (const Hash& hash : found.body().hashes("statements")) {
    state.tables().affirmations.add({.statement = *state.statement_index(hash),
                                     .party = found.org,
                                     .index = state.now_index()});
  }
}

constexpr std::array<Field, 2> void_fields{
    {{"target", FieldType::hash}, {"reason", FieldType::text}}};
constexpr std::array<Field, 4> replace_fields{{{"target", FieldType::hash},
                                               {"was", FieldType::object},
                                               {"event", FieldType::object},
                                               {"reason", FieldType::text}}};
constexpr std::array<Field, 2> affirm_fields{
    {{"statements", FieldType::hashes}, {"reason", FieldType::text}}};

constexpr std::array<Kind, 3> correct_rows{{
    {.code = "L1",
     .name = "correct.void",
     .signers = "who said it, its successor, or an authority; who gets chips back",
     .reaches = true,
     .suspended = Suspended::may,
     .body = void_fields,
     .change = "the target's effect -> taken back, from this entry on",
     .guard = "target in force, of a kind that can be taken back; no later statement in force "
              "builds on it; destruction: those who signed it, and an authority; a loss, or a "
              "count that found less: an authority",
     .rule = void_rule,
     .effect = void_effect},
    {.code = "L2",
     .name = "correct.replace",
     .signers = "who said it, its successor, or an authority; others that it concerns",
     .reaches = true,
     .suspended = Suspended::may,
     .body = replace_fields,
     .change = "the target's effect -> that of the event in its place, from this entry on",
     .guard =
         "target's text quoted whole; same kind, party, stream and number; remarks: the author "
         "alone; facts: whoever has the chips that they are of, too; else as correct.void, and the "
         "event "
         "admissible as if the target had never been",
     .rule = replace_rule,
     .effect = replace_effect,
     .correctable = true,
     .replaces = true},
    {.code = "L3",
     .name = "correct.affirm",
     .signers = "a party whose key on the statements is not trusted any more",
     .suspended = Suspended::may,
     .own_hand = true,
     .body = affirm_fields,
     .change = "no chip; statements that a revocation disputes -> stood by",
     .guard = "each disputed for this party's signature",
     .rule = affirm_rule,
     .effect = affirm_effect},
}};

}  // namespace

std::span<const Kind> correct_kinds() { return correct_rows; }

}  // namespace muster::registry
