#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/policy.hpp"

namespace muster::cli {

/// Who signs the checkpoints of a registry's log.
struct LogOperator {
  std::string origin;
  crypto::Ed25519Signer signer;

  [[nodiscard]] ledger::VerifierKey verifier_key() const {
    return ledger::VerifierKey(origin, signer.public_key());
  }
};

/// The operator whose key lies in the registry's folder, if it does: copies of a registry are
/// often without it.
/// Errors: `invalid_input` for settings or a key file that cannot be used.
Result<std::optional<LogOperator>> log_operator(const Context& context);

/// The newest signed checkpoint: signed now when the operator's key is there and `--dry-run` is
/// not, otherwise as stored. Nothing if there is none.
Result<std::optional<std::string>> current_checkpoint(const Context& context, ledger::Store& store);

/// The policy in `file`; without one that of the registry's folder, `witnesses.policy`, if there is
/// one. Errors: `not_found` for a file that was named; `invalid_input` naming file and line.
Result<std::optional<ledger::Policy>> witness_policy(const Context& context,
                                                     const std::string& file);

/// The policy in `file`. Errors: as above.
Result<ledger::Policy> read_policy(const std::string& file);

/// The verifier key that entry 0 names. Errors: `corrupt` when it names none.
Result<ledger::VerifierKey> log_key(ledger::Store& store);

}  // namespace muster::cli
