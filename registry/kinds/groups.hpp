#pragma once

#include <array>
#include <span>

#include "registry/draw.hpp"
#include "registry/kind.hpp"
#include "registry/rules.hpp"

// Each file of this folder holds the rows of one group of kinds, with their rules and effects.

namespace muster::registry {

[[nodiscard]] std::span<const Kind> party_kinds();           // N, A
[[nodiscard]] std::span<const Kind> key_kinds();             // N, A: keys of parties and operator
[[nodiscard]] std::span<const Kind> identity_kinds();        // B
[[nodiscard]] std::span<const Kind> assembly_kinds();        // C
[[nodiscard]] std::span<const Kind> licence_kinds();         // D1
[[nodiscard]] std::span<const Kind> licence_change_kinds();  // D2
[[nodiscard]] std::span<const Kind> screening_kinds();       // D5, D6
[[nodiscard]] std::span<const Kind> release_kinds();         // E1, E2
[[nodiscard]] std::span<const Kind> custody_kinds();         // E4 to E6
[[nodiscard]] std::span<const Kind> transit_kinds();         // E3, E8, E9
[[nodiscard]] std::span<const Kind> seizure_kinds();         // F5
[[nodiscard]] std::span<const Kind> newcomer_kinds();        // F6
[[nodiscard]] std::span<const Kind> presence_kinds();        // G4
[[nodiscard]] std::span<const Kind> title_kinds();           // H
[[nodiscard]] std::span<const Kind> repair_kinds();          // I
[[nodiscard]] std::span<const Kind> book_kinds();            // G3, M5
[[nodiscard]] std::span<const Kind> border_kinds();          // F
[[nodiscard]] std::span<const Kind> use_kinds();             // G
[[nodiscard]] std::span<const Kind> loss_kinds();            // J, K
[[nodiscard]] std::span<const Kind> audit_kinds();           // M: plans, draws, results
[[nodiscard]] std::span<const Kind> ceremony_kinds();        // M: where a draw's value comes from
[[nodiscard]] std::span<const Kind> answer_kinds();          // M, P: queries and findings
[[nodiscard]] std::span<const Kind> prover_kinds();          // P
[[nodiscard]] std::span<const Kind> standing_kinds();        // A: who may act, and for whom
[[nodiscard]] std::span<const Kind> lot_kinds();             // B: before there are chips
[[nodiscard]] std::span<const Kind> seal_kinds();            // C6
[[nodiscard]] std::span<const Kind> resolve_kinds();         // J2
[[nodiscard]] std::span<const Kind> case_kinds();            // J1, J6, K3
[[nodiscard]] std::span<const Kind> dispute_kinds();         // J7
[[nodiscard]] std::span<const Kind> correct_kinds();         // L
[[nodiscard]] std::span<const Kind> anchor_kinds();          // N1
[[nodiscard]] std::span<const Kind> govern_kinds();          // N3, N4: rules, imports
[[nodiscard]] std::span<const Kind> swap_kinds();            // C3
[[nodiscard]] std::span<const Kind> unpack_kinds();          // C5
[[nodiscard]] std::span<const Kind> refusal_kinds();         // P: what the operator refused

/// The plan that the body names: of the signing party unless `any_party`, not abandoned.
/// Errors: `plan.unknown`, `plan.not_yours`, `plan.abandoned`.
Result<RowN> plan_of(const Case& found, bool any_party = false);
/// Whether the body's key for draws is new, and a public key of its suite.
/// Errors: `vrf.key`, `vrf.exists`.
Result<void> vrf_key_stands(const Case& found);
/// Whether the value that a draw.seal names may decide the draw of `plan`: that of the plan's
/// ceremony, if one was begun.
/// Errors: `draw.not_revealed`, `draw.other_value`, `draw.ceremony_begun`.
Result<void> sealed_value_stands(const Case& found, RowN plan);

/// Whether every key that the event brings is bound to no party, and none is brought twice.
/// Errors: `key.taken`.
Result<void> keys_are_new(const Case& found);
/// Binds the keys that the event brings to `party`.
void add_keys(State& state, const Case& found, RowN party);
/// Whether the threshold that the body asks for, if any, can be met with the keys it brings.
/// Errors: `threshold.out_of_reach`.
Result<void> threshold_is_in_reach(const Case& found);
/// Whether checkpoints can be signed with the key: Ed25519, in 64 hex digits.
/// Errors: `operator.key`.
Result<void> is_operator_key(const std::string& public_key);
/// Names the key that signs checkpoints from the statement under way on.
void add_operator_key(State& state, const std::string& public_key);

/// Opens a finding against `party` because of the statement under way. Its id is "auto." with the
/// index and a count, which no finding.open may use.
void open_finding(State& state, RowN party, const std::string& code);

/// Receiver, end user, country and right of a statement that sends chips to another party.
/// Errors: `party.unknown`, `site.unknown`, `site.not_receivers`, `licence.unknown`, ….
Result<Terms> terms_of(const Case& found);
/// Whether `found.chips` may go on these terms: drawn, and cleared where they cross a border.
Result<void> right_to_send(const Case& found, const Terms& terms);
/// Whether a release for repair goes to or from the vendor of the return that it names.
/// Errors: `rma.missing`, `rma.unknown`, `rma.closed`, `rma.other_party`, `rma.other_chip`.
Result<void> repair_covers(const Case& found, RowN receiver);
/// Errors: `product.tpp_range` if the body's TPP is beyond what sums can hold.
Result<void> tpp_is_countable(const Case& found);
/// Whether every new id of the event is reserved for the signing party and the body's product, and
/// its ordinal unused. Errors: `id.not_reserved`, `id.not_yours`, `id.other_product`, `id.taken`,
/// ….
Result<void> new_ids_are_free(const Case& found);
/// Whether a repair took the key out of use: nothing has it again.
[[nodiscard]] bool is_former_key(const State& state, const Hash& key);
/// Errors: `release.accept_by` if the body's deadline is over already.
Result<void> may_be_accepted_by(const Case& found);
/// The shipment that the body names, if every chip is part of it.
/// Errors: `shipment.unknown`, `shipment.other_chip`.
Result<RowN> shipment_of(const Case& found);
/// Ends the open release of `found.chips`; through a container it stays packed, else each leaves.
void end_release(State& state, const Case& found);
/// Whether no seal has this id yet.
/// Errors: `seal.exists`.
Result<void> seal_is_new(const Case& found, const std::string& seal);
/// Notes that `party` put a seal on a holder.
void put_seal(State& state, RowN holder, const std::string& seal, RowN party);
/// Notes how the seal of a holder was when it was opened; opens a finding if it was broken.
void seal_found(State& state, RowN holder, const std::string& seal_state);

/// Whether a new case may have this id.
/// Errors: `case.exists`.
Result<void> case_is_new(const Case& found, const std::string& id);

/// A rule that adds nothing to what the row says.
Result<void> no_further_rule(const Case& found);
/// An effect that leaves only the statement itself.
void no_effect(State& state, const Case& found);

/// Life values that most kinds share.
inline constexpr std::uint8_t made_or_later =
    one_of({Life::made, Life::passed, Life::failed, Life::retired});

/// What custody work at a site asks for: the custodian's own chip, free, at its place.
inline constexpr ChipNeeds own_and_free{.life = made_or_later,
                                        .place = one_of({Place::loose}),
                                        .transport = one_of({Transport::at_site}),
                                        .custodian = true,
                                        .no_release = true,
                                        .no_hold = true,
                                        .no_quarantine = true};

/// `needs` with another set of lives, places.
[[nodiscard]] constexpr ChipNeeds with_life(ChipNeeds needs, std::uint8_t life) {
  needs.life = life;
  return needs;
}
[[nodiscard]] constexpr ChipNeeds with_place(ChipNeeds needs, std::uint8_t place) {
  needs.place = place;
  return needs;
}

/// An open case that `opener` charges to `against`; lines are opened on it.
RowN add_case(State& state, const std::string& id, const std::string& kind, RowN opener,
              RowN against);

/// A chip is lost or stolen: out of its release, its holder and its slot.
void gone_missing(State& state, RowN chip, Flag flag);

/// Takes a chip out of what it stands in: holder, slot.
void take_out(State& state, RowN chip);
/// Takes an installed chip out of its slot; it stays in its assembly.
void leave_site(State& state, RowN chip);

}  // namespace muster::registry
