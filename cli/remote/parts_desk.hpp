#pragma once

#include "cli/remote/remote_registry_impl.hpp"

namespace muster::cli {

/// What became of statements that were handed in without a copy of the log at hand.
struct PartsOutcome {
  registry::Outcome outcome;
  std::optional<ledger::Receipt> receipt{};  ///< Verified; of each that is recorded.
  std::optional<std::string> refusal{};      ///< Verified.
};

/// Hands statements in and believes of what is answered what the log's keys have signed: a
/// statement is recorded when its receipt is good and goes on from the checkpoints seen before.
/// Borrows the registry.
class PartsDesk final {
 public:
  explicit PartsDesk(const RemoteRegistry::Impl& remote) : remote_(&remote) {}

  /// Asks what became of statements that an earlier run handed in, and says so. Errors: as
  /// `record`.
  Result<void> settle_outbox() const;

  /// One for each, in order. Errors: as `RemoteRegistry::record`.
  Result<std::vector<PartsOutcome>> record(std::span<const registry::Submission> submissions,
                                           registry::BatchMode mode) const;

  /// The number that the party's next statement takes.
  Result<std::uint64_t> next_number(const std::string& party, const std::string& stream) const;

 private:
  Result<std::vector<PartsOutcome>> settle(const Outbox::Parcel& parcel) const;
  Result<PartsOutcome> outcome_of(const registry::Submission& submission,
                                  const ServerVerdict& verdict) const;
  Result<ledger::Receipt> receipt_of(const Hash& statement) const;
  Result<void> note_number(const ledger::Envelope& envelope) const;

  const RemoteRegistry::Impl* remote_;
};

}  // namespace muster::cli
