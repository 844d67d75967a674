#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "registry/event.hpp"
#include "registry/kind.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

inline constexpr std::uint64_t rules_version = 1;
inline constexpr std::size_t max_holder_depth = 8;
inline constexpr std::int64_t max_event_ahead_ms = 5 * ms_per_minute;

/// What a rule may know beside state and event.
struct Context {
  Timestamp accepted_at;
};

/// One signature of the statement, checked against the key that its id names.
struct CheckedSignature {
  std::string keyid;
  bool known = false;     ///< A key with this id is registered, or brought by the batch.
  bool verified = false;  ///< The signature is one of that key.
};

/// An event with everything that its rule found out: its parties, chips and holder by number.
struct Case {
  const State& state;
  const Event& event;
  Context context;
  RowN org = no_row;         ///< The party that says it: under a delegation the principal.
  RowN signer = no_row;      ///< The party whose key and numbers it has.
  RowN delegation = no_row;  ///< By which the signer speaks for the party, if it does.
  RowN site = no_row;
  RowN holder = no_row;             ///< Of subjects of form container.
  std::vector<RowN> chips;          ///< Parallel to the items, or the holder's contents.
  std::vector<std::string> keys{};  ///< Ids of the keys whose signatures verify.
  std::vector<RowN> key_rows{};     ///< Those of them that are registered, each once.
  std::vector<RowN> signers{};      ///< Parties that signed, each once.
  std::unique_ptr<Case> instead{};  ///< Of a replacement that changes an effect: the new event.

  [[nodiscard]] Body body() const { return event.fields(); }
  [[nodiscard]] const Tables& tables() const { return state.tables(); }
  [[nodiscard]] const ChipState& chip(RowN n) const { return state.tables().chips[n]; }
};

/// Whether `party` has `role`.
[[nodiscard]] bool has_role(const Case& found, RowN party, Role role);

/// Whether a key of `party` signed the statement.
[[nodiscard]] bool is_signer(const Case& found, RowN party);

/// The public keys whose holders must sign `event` because it registers them, as it spells them.
[[nodiscard]] std::vector<std::string> brought_keys(const Event& event);

/// Whether the event may follow the state: pure, and the same for ever at the same index.
/// Errors: `refused`, whose rule is the stable code; or `invalid_input` for a malformed statement.
Result<Case> admissible(const State& state, const Event& event,
                        std::span<const CheckedSignature> signatures, const Context& context);

/// The same for whoever is to apply the event: of a replacement, `admissible` says all but whether
/// the event that it puts in place is admissible in a state without its target. The state is as
/// before when this returns.
Result<Case> judge(State& state, const Event& event, std::span<const CheckedSignature> signatures,
                   const Context& context);

/// Changes the state as the event says.
/// Requires: `found` is what `judge` returned for this state.
void apply(State& state, const Case& found);

/// Counts an entry that has no effect, so that indexes go on: for audits of faulty logs.
void pass_over(State& state, const Hash& statement, Timestamp accepted_at);

}  // namespace muster::registry
