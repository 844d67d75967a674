#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/home.hpp"
#include "cli/log_operator.hpp"

namespace muster::cli {

/// Folders for what a party takes home from the door; an empty one is not wanted.
struct Keepsakes {
  std::string receipts;  ///< `<statement>.receipt` of what is recorded.
  std::string refusals;  ///< `<statement>-<16 hex>.refusal` of what a rule refuses.
};

/// Adds `--receipts` and `--refusals`.
void add_keepsake_options(CLI::App& verb, Keepsakes& keepsakes);

/// Sees that files can be put into the folders, or the folders made: before anything is recorded,
/// since that cannot be taken back. Errors: `unavailable`.
Result<void> make_ready(const Keepsakes& keepsakes);

/// Signs for what was refused, where the operator's key is at hand.
class RefusalDesk final {
 public:
  /// Borrows the store. Errors: those of `log_operator`.
  static Result<RefusalDesk> open(const Context& context, ledger::Store& store);

  [[nodiscard]] bool signs() const { return operator_.has_value(); }
  /// The key that signs. Requires: signs().
  [[nodiscard]] ledger::VerifierKey key() const { return operator_->verifier_key(); }

  /// The signed refusal of `outcome`; nothing if no rule refused it by entries that are in the log.
  /// Requires: signs(). Errors: `corrupt` if the log contradicts what it signed before.
  Result<std::optional<std::string>> note(const ledger::Envelope& envelope,
                                          const registry::Outcome& outcome) const;

 private:
  RefusalDesk(ledger::Store& store, std::optional<LogOperator> keeper)
      : store_(&store), operator_(std::move(keeper)) {}

  ledger::Store* store_;
  std::optional<LogOperator> operator_;
};

/// Writes a signed refusal into `folder`, which is made when it is not there, under a name that
/// follows from statement and note. The file's path.
Result<std::string> keep_refusal(const std::string& folder, const Hash& statement,
                                 const std::string& note);

}  // namespace muster::cli
