#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "ledger/refusal.hpp"
#include "registry/event.hpp"

namespace muster::registry {

/// A refusal that the operator signed, as the body of a `refusal` statement has it: its fields and
/// the signature, from which the signed text follows.
struct LoggedRefusal {
  ledger::Refusal refusal;
  Bytes signature;

  /// Whether `key` signed it.
  [[nodiscard]] bool is_signed_by(const crypto::Ed25519PublicKey& key) const;
};

/// The body of the statement that records the refusal in `note`.
/// Errors: those of `verify_refusal`.
Result<Json> refusal_body(std::string_view note, std::span<const ledger::VerifierKey> keys);

/// The refusal that `event` records. Requires: an event of kind `refusal`.
/// Errors: `refused` with rule `refusal.form` for what no signed refusal says.
Result<LoggedRefusal> refusal_in(const Event& event);

/// The same from a statement of any kind; nothing if it records no refusal.
/// Cost: a look for the kind's name, and for refusals alone a parse.
[[nodiscard]] std::optional<LoggedRefusal> refusal_recorded_by(const ledger::Envelope& envelope);

}  // namespace muster::registry
