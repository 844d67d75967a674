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

/// Parses the payload, but not the items. Pure: may run in parallel.
[[nodiscard]] Prepared read_event(const ledger::Envelope& envelope);
/// Adds the items, as `attach_items`. Requires: read without error. Pure: may run in parallel.
void read_items(Prepared& prepared, const BlobSource& blobs);

/// Parses envelope, payload and manifests. Pure: may run in parallel.
[[nodiscard]] Prepared prepare(const ledger::Envelope& envelope, const BlobSource& blobs);
/// Like it, with the submission's own blobs.
[[nodiscard]] Prepared prepare(const Submission& submission);

/// The entry that has the number which the statement has in its party's stream, if any.
[[nodiscard]] std::optional<Index32> entry_of_number(const State& state, const Header& header);
/// Whether its party said it: every signature is good, and one is by a key that the party has or
/// had. What numbers a party used is told to nobody else.
[[nodiscard]] bool is_by_its_party(const State& state, const Prepared& prepared);
/// Why a statement may not have its number: another one has it. Rule `number.reused`.
[[nodiscard]] std::optional<Error> number_reused(const State& state, const Prepared& prepared);

/// Runs the proof that the event's kind asks for; sets `error` where it fails. Pure and costly: may
/// run in parallel, once for each submission, and not again when the log is read back.
void check_proof(Prepared& prepared);

/// Adds the keys that `event` brings to `ring`: those whose holders sign it, and the operator's.
void add_brought_keys(const Event& event, KeyRing& ring);

/// Checks every signature against the key that its id names. Pure: may run in parallel.
[[nodiscard]] std::vector<CheckedSignature> checked_signatures(const ledger::Envelope& envelope,
                                                               const KeyRing& registered,
                                                               const KeyRing& brought);

}  // namespace muster::registry
