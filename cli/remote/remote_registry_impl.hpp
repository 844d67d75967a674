#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/remote/mirror.hpp"
#include "cli/remote/outbox.hpp"
#include "cli/remote/remote_registry.hpp"
#include "cli/remote/server_answers.hpp"

namespace muster::cli {

/// What a run knows of a served registry.
struct RemoteRegistry::Impl {
  const Context* context;
  ServerCalls calls;
  CachePlaces places;
  TrustedLog trusted;
  bool followed = false;
  mutable std::set<std::string> connected{};  ///< Checkpoints that are of the history seen here.

  [[nodiscard]] Mirror mirror() const { return {*context, calls, places, trusted}; }
  [[nodiscard]] Outbox outbox() const { return Outbox(places.outbox()); }

  Result<RemoteOutcomes> settle(const OpenCopy& copy, const Outbox::Parcel& parcel) const;
  /// Follows the log until it has what the server says was recorded.
  Result<void> await(const OpenCopy& copy, const Outbox::Parcel& parcel,
                     const std::vector<ServerVerdict>& verdicts) const;
};

/// Whether a verdict's receipt, if it has one, is that of the statement.
/// Errors: `refused` with rule `remote.receipt`.
Result<void> check_receipt(const TrustedLog& trusted, const ServerVerdict& verdict,
                           const Hash& statement);

/// The refusal that the operator signed, if the verdict has one of exactly this envelope; what is
/// none is told as an error.
[[nodiscard]] std::optional<std::string> good_refusal(const RemoteRegistry::Impl& remote,
                                                      const ServerVerdict& verdict,
                                                      const ledger::Envelope& envelope);

/// Whether a server answered, and not the line or the disk failed: then it took nothing.
[[nodiscard]] bool was_answered(const Error& error);
/// The error of a hand-in, saying what becomes of the statements where nobody answered.
[[nodiscard]] Error unanswered(Error error);

/// Says what became of a statement that an earlier run handed in.
void tell_of_before(const RemoteRegistry::Impl& remote, const registry::Outcome& outcome);

}  // namespace muster::cli
