#pragma once

#include <string>
#include <string_view>

#include "ledger/checkpoint.hpp"

namespace muster::ledger {

/// A consistency proof to take home: the log of `old_size` entries is the beginning of the one that
/// the checkpoint signs. As text it is the request that a witness takes.
/// Source: c2sp.org/tlog-witness, add-checkpoint.
struct GrowthProof {
  TreeSize old_size;
  Proof hashes;            ///< As in RFC 9162; none when nothing was there before.
  std::string checkpoint;  ///< The newer signed note, verbatim.

  friend bool operator==(const GrowthProof&, const GrowthProof&) = default;
};

/// `old <size>`, one base64 hash a line, an empty line, the checkpoint.
[[nodiscard]] std::string encode_growth_proof(const GrowthProof& proof);

/// Reads exactly what `encode_growth_proof` writes; at most 63 hashes.
/// Errors: `invalid_input`; the checkpoint itself is not looked into.
Result<GrowthProof> parse_growth_proof(std::string_view text);

/// What a good growth proof shows: the log of `before` was continued to that of `after`.
struct Growth {
  Checkpoint before;
  Checkpoint after;
};

/// Judges a proof by the older signed checkpoint that somebody kept, and the log's key.
/// Errors: `invalid_input` if a part cannot be read; `refused` with a rule: `checkpoint.*` as in
/// `verify_checkpoint`; `growth.origin` if the two are of different logs; `growth.size` if the
/// proof begins at another size; `growth.proof` if it does not lead from one root to the other.
Result<Growth> verify_growth(const GrowthProof& proof, std::string_view older,
                             const VerifierKey& key);

}  // namespace muster::ledger
