#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ledger/checkpoint_pair.hpp"
#include "ledger/receipt.hpp"

namespace muster::ledger {

inline constexpr std::size_t max_evidence_bytes = std::size_t{1} << 20U;

/// A receipt for an entry, and a signed checkpoint of a tree in whose same place another one
/// stands.
struct RewriteEvidence {
  Receipt receipt;
  std::string checkpoint;  ///< Signed note.
  Hash leaf;               ///< What stands there instead.
  Proof proof;             ///< From `leaf` to the root of `checkpoint`.

  friend bool operator==(const RewriteEvidence&, const RewriteEvidence&) = default;
};

/// Receipts for two entries of which the later one says that it was accepted before the other.
struct DisorderEvidence {
  Receipt earlier;  ///< The one of the lower index.
  Receipt later;

  friend bool operator==(const DisorderEvidence&, const DisorderEvidence&) = default;
};

/// What convicts a log's operator before somebody who has nothing but the operator's key.
using Evidence = std::variant<CheckpointPair, RewriteEvidence, DisorderEvidence>;

/// "fork", "rewrite" or "disorder".
[[nodiscard]] std::string_view evidence_kind(const Evidence& evidence);

/// Canonical JSON, see ledger/README.md, "Evidence".
[[nodiscard]] std::string encode_evidence(const Evidence& evidence);

/// "KIND-", 16 hex digits and ".json" that follow from the bytes: one name for one piece of
/// evidence.
[[nodiscard]] std::string evidence_file_name(const Evidence& evidence);

/// Errors: `invalid_input`, also above 1 MiB. Nothing is judged yet.
Result<Evidence> parse_evidence(std::string_view text);

/// What good evidence shows.
struct Conviction {
  std::string kind;
  std::string origin;  ///< The log.
  std::string shows;   ///< A sentence without its full stop.
};

/// Judges evidence by the keys of the operator alone: several where they were changed. An honest
/// operator, who signed one history only, cannot be convicted: that would take a forged signature
/// or a collision of SHA-256.
/// Errors: `invalid_input` if a part cannot be read; `refused` with a rule: `checkpoint.*` and
/// `receipt.*` for parts that the operator did not sign or that prove nothing, `evidence.origin`
/// for parts of two logs, `evidence.proof` for a proof that does not lead to the checkpoint's root,
/// `evidence.unconnected` for two checkpoints of which nothing is shown yet,
/// `evidence.no_contradiction` if all of it is good and agrees.
Result<Conviction> judge_evidence(const Evidence& evidence,
                                  std::span<const VerifierKey> operator_keys);

}  // namespace muster::ledger
