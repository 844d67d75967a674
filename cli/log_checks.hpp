#pragma once

#include "cli/context.hpp"
#include "cli/rules_audit.hpp"
#include "ledger/mirror.hpp"

namespace muster::cli {

/// What a registry adds to an audit of its log's entries, chain, tree, signatures, checkpoints and
/// blobs, without judging statements: keys and manifests as the entries bring them. For one audit.
class LogChecks final {
 public:
  /// `key`: of the checkpoints; none leaves their signatures unchecked.
  LogChecks(ledger::Store& store, std::optional<ledger::VerifierKey> key)
      : rules_(store, false), key_(std::move(key)) {}

  /// Borrows this object.
  [[nodiscard]] ledger::AuditOptions options();
  /// Borrows this object.
  [[nodiscard]] ledger::NamedBlobs named_blobs();

 private:
  RulesAudit rules_;
  std::optional<ledger::VerifierKey> key_;
};

/// Makes the registry's view from the log that is here now, after it took another's place.
/// Errors: those of `Home::open`.
Result<void> renew_view(Context& context);

}  // namespace muster::cli
