#pragma once

#include <span>
#include <string_view>

#include "registry/field.hpp"
#include "registry/values.hpp"

namespace muster::registry {

struct Case;
struct Event;
class State;

/// Which forms of subjects a kind takes.
enum class TakesSubjects : std::uint8_t {
  none,               ///< `{}`
  new_chips,          ///< a list or a manifest of ids that are reserved and not yet made
  chips,              ///< a list, a manifest or a container
  loose_chips,        ///< a list or a manifest
  container,          ///< a container
  optional_chips,     ///< a list, a manifest or `{}`
  optional_manifest,  ///< a manifest or `{}`
};

/// Whether items name the statement that they follow.
enum class Expects : std::uint8_t {
  absent,    ///< null for every item
  optional,  ///< null, or right
  required,  ///< right
};

/// A second signature that a kind asks for.
enum class CoSigner : std::uint8_t {
  none,
  another_party,  ///< of another party with one of `co_roles`
  possession,     ///< of the key that the body brings
};

/// What a suspended party may still say.
enum class Suspended : std::uint8_t {
  stops,            ///< Not this.
  may,              ///< What reports, corrects or disputes.
  may_to_authority  ///< If the body's `receiver` is an authority.
};

/// A set of values of a small enumeration, as bits.
template <class Enum>
[[nodiscard]] constexpr std::uint8_t one_of(std::initializer_list<Enum> list) {
  unsigned bits = 0;
  for (const Enum value : list) bits |= 1U << static_cast<unsigned>(value);
  return static_cast<std::uint8_t>(bits);
}
inline constexpr std::uint8_t any_value = 0xFF;
/// Of a chip that is there: neither destroyed nor void, and in scope.
inline constexpr std::uint8_t any_life =
    one_of({Life::made, Life::passed, Life::failed, Life::retired});

/// What must hold of every chip that the statement is about.
struct ChipNeeds {
  std::uint8_t life = any_life;
  std::uint8_t place = any_value;  ///< Of chips named themselves, not through a container.
  std::uint8_t transport = any_value;
  bool custodian = false;   ///< The signing party is the custodian.
  bool no_release = false;  ///< No open release.
  bool release = false;     ///< Part of an open release.
  bool no_hold = false;     ///< Under no hold.
  bool no_quarantine = false;
  bool not_seized = true;
  bool not_lost = true;     ///< Neither lost nor stolen.
  bool not_missing = true;  ///< Not what a case says is missing.
  /// An authority may do it to what stands at a chokepoint, whoever has it and under which release
  /// and hold.
  bool or_at_chokepoint = false;
};

using Rule = Result<void> (*)(const Case&);
using Effect = void (*)(State&, const Case&);
/// Takes back what no journal holds of the effect of the statement at an index.
using Undo = void (*)(State&, Index32);
/// Judges an event by itself, at length: it runs once, beside others, before the event is judged
/// against a state, and not again when the log is read back.
using Proof = Result<void> (*)(const Event&);

/// One kind of event: the row that drives parsing, schemas, rules, effects, README and tests.
struct Kind {
  std::string_view code;
  std::string_view name;
  std::string_view signers;  ///< In words.
  bool weighty = false;      ///< Wants as many keys of the signing party as its threshold says.
  bool observes = false;     ///< Leaves the chips that it names, and their last statement, alone.
  bool reaches = false;      ///< May move chips that it does not name: proofs of state say so.
  RoleSet roles = any_role;  ///< One of these the signing party must have.
  Suspended suspended = Suspended::stops;
  bool own_hand = false;  ///< Never by a delegate; weighty kinds are not, either.
  TakesSubjects subjects = TakesSubjects::none;
  Expects expects = Expects::absent;
  bool site = false;  ///< The header must name a site of the signing party.
  CoSigner co_signer = CoSigner::none;
  RoleSet co_roles = any_role;
  std::string_view co_party{};  ///< The field of the body that names a party which signs as well.
  std::span<const Field> body{};
  std::span<const Field> columns{};  ///< Of each item.
  ChipNeeds needs{};
  std::string_view change;   ///< Before -> after.
  std::string_view guard;    ///< What else must hold.
  Rule rule = nullptr;       ///< What the row cannot say. Never null.
  Effect effect = nullptr;   ///< Never null.
  bool correctable = false;  ///< A correction may take it back, by the journal of the state,
  Undo undo = nullptr;       ///< and with this, if the journal does not hold everything.
  Rule facts = nullptr;      ///< Of a replacement that words facts anew: whether they may be said,
  Effect restate = nullptr;  ///< and what that changes.
  bool replaces = false;     ///< Its body holds the event that takes the target's place.
  Proof proof = nullptr;     ///< What signatures inside the event prove, if there are any.
};

/// Whether a statement of this kind becomes the last one of every chip that it names.
[[nodiscard]] constexpr bool moves_chips(const Kind& kind) {
  return kind.subjects != TakesSubjects::none && !kind.observes;
}

/// All kinds, in the order of their codes.
[[nodiscard]] std::span<const Kind* const> kinds();

/// The kind called `name`, or null.
[[nodiscard]] const Kind* find_kind(std::string_view name);

}  // namespace muster::registry
