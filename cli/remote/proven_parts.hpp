#pragma once

#include "cli/remote/remote_registry_impl.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli {

/// What of an answer stands in the state that the log commits to.
struct ProvenParts {
  /// Null, or `{"commit","accepted_at","size","members","since","sentences","but"}`: the newest
  /// state.commit, the checkpoint it is under, the members of the answer that are as committed,
  /// later events of the chip as the server tells, and in words what is proven and what is not.
  Json proven{};
  std::string why_not{};  ///< Where nothing is.
};

/// Asks for the proof of a chip's state and holds the answer of `/v1/chips/{chip}` against it.
/// Errors: `refused` with the rule of a proof that does not hold, or `remote.contradiction` for a
/// state that differs from the committed one though nothing is said to have moved the chip since;
/// `remote.fork`; those of calls.
Result<ProvenParts> proven_of_chip(const RemoteRegistry::Impl& remote, const Json& answer);

/// The same of a roster of a party alone: how many chips, their TPP and root. A roster that is not
/// as committed may have changed since, and is the server's word. Errors: as above.
Result<ProvenParts> proven_of_roster(const RemoteRegistry::Impl& remote, const Json& answer);

/// Asks for the receipt of an entry, of which the answer must tell exactly: all of it is proven
/// then. Errors: `refused` with rule `remote.receipt` or `remote.contradiction`; as above.
Result<ProvenParts> proven_of_entry(const RemoteRegistry::Impl& remote, const Json& answer);

/// As the `proof` of an answer of `/v1/state-proofs` is judged, without asking. For tests.
/// Errors: `refused`, `invalid_input`.
Result<ProvenParts> judged_chip_proof(const TrustedLog& trusted, std::string_view body,
                                      const Json& answer, std::string& checkpoint);

}  // namespace muster::cli
