#pragma once

#include <vector>

#include "ledger/log.hpp"
#include "registry/state/state.hpp"

namespace muster::registry {

/// Parties whose keys signed the statement at `index`, each once.
[[nodiscard]] std::vector<RowN> signers_of(const State& state, Index32 index);

/// Those of them of whose keys none is trusted at that index any more, because of revocations.
[[nodiscard]] std::vector<RowN> untrusted_parties(const State& state, Index32 index);

/// Whether the statement at `index` is disputed: an open dispute names it, or a party's signature
/// on it is not trusted any more and the party has not affirmed it since. A property of the
/// statement: chips and everything else are disputed by join, never by a flag.
///
/// Requires: `index` below `state.size()`.
/// Cost: logarithmic in the number of co-signed statements.
[[nodiscard]] bool is_disputed(const State& state, Index32 index);

/// Why, if revocations are the reason: the keys on it of parties without a trusted one that have
/// not affirmed it.
[[nodiscard]] std::vector<RowN> doubtful_keys(const State& state, Index32 index);

/// Why, if parties dispute it: the rows of the open disputes that name it, oldest first.
[[nodiscard]] std::vector<RowN> open_disputes(const State& state, Index32 index);

/// All disputed statements, in log order.
/// Cost: the statements between the last good one of each such key and its revocation.
[[nodiscard]] std::vector<Index32> disputed_statements(const State& state);

/// Those of them that the revocation at `index` disputes.
[[nodiscard]] std::vector<Index32> disputed_by(const State& state, Index32 index);

/// A statement that builds on a disputed one.
struct Dependant {
  Index32 index = 0;
  std::vector<Index32> on;  ///< The disputed statements and dependants that it cites, ascending.
};

/// What builds on the `disputed` statements, directly or through others, in log order: statements
/// that follow one in the `expects` of a chip, name one in `refs` or in the body, or are signed
/// with a key that one registered.
/// Requires: `disputed` ascending.
/// Errors: those of the store; `corrupt` for an entry or a manifest that cannot be read.
/// Cost: reads the log from the first disputed statement on.
Result<std::vector<Dependant>> dependants(ledger::Log& log, const State& state,
                                          const std::vector<Index32>& disputed);

}  // namespace muster::registry
