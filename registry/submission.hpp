#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "ledger/crypto/public_key.hpp"
#include "ledger/envelope.hpp"
#include "ledger/store.hpp"
#include "registry/rules.hpp"

namespace muster::registry {

/// A signed statement with the manifests that it names.
struct Submission {
  ledger::Envelope envelope;
  std::vector<ledger::Blob> blobs{};
};

/// Public keys by id: those of the state, and those that statements of a batch bring.
using KeyRing = std::unordered_map<std::string, crypto::PublicKey>;

/// A submission read as far as that is possible without knowing the state.
struct Prepared {
  Hash statement;
  std::optional<Error> error;  ///< Then nothing below is set.
  Event event;
  std::vector<CheckedSignature> signatures{};
};

/// Parses envelope, payload and manifests. Pure: may run in parallel.
[[nodiscard]] Prepared prepare(const ledger::Envelope& envelope, const BlobSource& blobs);
/// Like it, with the submission's own blobs.
[[nodiscard]] Prepared prepare(const Submission& submission);

/// Adds the keys that `event` brings to `ring`: those whose holders sign it, and the operator's.
void add_brought_keys(const Event& event, KeyRing& ring);

/// Checks every signature against the key that its id names. Pure: may run in parallel.
[[nodiscard]] std::vector<CheckedSignature> checked_signatures(const ledger::Envelope& envelope,
                                                               const KeyRing& registered,
                                                               const KeyRing& brought);

}  // namespace muster::registry
