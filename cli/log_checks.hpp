#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/rules_audit.hpp"
#include "ledger/policy.hpp"
#include "ledger/store.hpp"

namespace muster::cli {

/// What a registry adds to an audit of its log's entries, chain, tree, signatures, checkpoints and
/// blobs: keys and manifests as the entries bring them, and the rules if asked for. For one audit.
class LogChecks final {
 public:
  /// `judge`: the statements by the rules, too.
  explicit LogChecks(ledger::Store& store, bool judge = false) : rules_(store, judge) {}

  /// Borrows this object.
  [[nodiscard]] ledger::AuditOptions options();
  /// What the audit by `options` found of the rules. Errors: `corrupt` for the first statement that
  /// they refuse: a log that would not open.
  [[nodiscard]] Result<void> rules() const;
  /// The keys that signed checkpoints in their turn, as the audited entries name them.
  [[nodiscard]] std::vector<ledger::VerifierKey> operator_keys() const {
    return rules_.operator_keys();
  }

 private:
  RulesAudit rules_;
};

/// Adds to `keys` what is not among them. Whether anything was added.
bool add_keys(std::vector<ledger::VerifierKey>& keys, std::span<const ledger::VerifierKey> more);

/// The keys that `--key` and the policy of `--policy` name. Errors: `invalid_input`.
Result<std::vector<ledger::VerifierKey>> given_keys(const std::vector<std::string>& keys,
                                                    const std::optional<ledger::Policy>& policy);

/// Makes the registry's view from the log that is here now, after it took another's place.
/// Errors: those of `Home::open`.
Result<void> renew_view(Context& context);

}  // namespace muster::cli
