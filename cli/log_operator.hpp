#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/policy.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// Who signs the checkpoints of a registry's log.
struct LogOperator {
  std::string origin;
  crypto::Ed25519Signer signer;

  [[nodiscard]] ledger::VerifierKey verifier_key() const {
    return ledger::VerifierKey(origin, signer.public_key());
  }
};

/// The key that signs the log's checkpoints of more than `entry` entries.
struct OperatorTerm {
  std::uint64_t entry = 0;  ///< The one that names the key.
  ledger::VerifierKey key;
};

/// The operator's keys, oldest first: of entry 0 and of the successions that `muster.json` notes.
/// Empty when entry 0 names none.
/// Errors: `invalid_input` for settings that cannot be used, such as a note of another entry.
Result<std::vector<OperatorTerm>> operator_terms(const Context& context, ledger::Store& store);

/// The key for checkpoints of `size`. Requires: `terms` not empty.
[[nodiscard]] const ledger::VerifierKey& key_at(const std::vector<OperatorTerm>& terms,
                                                ledger::TreeSize size);

/// Notes in `muster.json` which entries of the log are successions, so that no other command needs
/// to search for them. Writes nothing when they are noted. `home` does so at every open.
/// Errors: those of the file.
Result<void> note_successions(const std::filesystem::path& folder, const registry::State& state);

/// Refuses a folder whose settings are those of another log than the one that lies in it.
/// Errors: `invalid_input`; those of the file.
Result<void> check_is_log_of_folder(const std::filesystem::path& folder,
                                    const std::string& log_origin);

/// The operator whose key lies in the registry's folder, if it does and is the present one: copies
/// of a registry are often without it. A key that waits in `operator.next.key` counts from the
/// succession on.
/// Errors: `invalid_input` for settings or a key file that cannot be used.
Result<std::optional<LogOperator>> log_operator(const Context& context, ledger::Store& store);

/// The newest signed checkpoint: signed now when the operator's key is there and `--dry-run` is
/// not, otherwise as stored. Nothing if there is none.
Result<std::optional<std::string>> current_checkpoint(const Context& context, ledger::Store& store);

/// All keys that sign checkpoints, as the entries name them: that of entry 0 and of every
/// succession, oldest first, as far as the entries can be read. Cost: reads every entry.
[[nodiscard]] std::vector<ledger::VerifierKey> keys_named_in(ledger::Store& store);

/// The last of them. Cost: as above.
[[nodiscard]] std::optional<ledger::VerifierKey> present_key(ledger::Store& store);

/// The policy in `file`; without one that of the registry's folder, `witnesses.policy`, if there is
/// one. Errors: `not_found` for a file that was named; `invalid_input` naming file and line.
Result<std::optional<ledger::Policy>> witness_policy(const Context& context,
                                                     const std::string& file);

/// The policy in `file`. Errors: as above.
Result<ledger::Policy> read_policy(const std::string& file);

/// The verifier key that entry 0 names. Errors: `corrupt` when it names none.
Result<ledger::VerifierKey> log_key(ledger::Store& store);

}  // namespace muster::cli
