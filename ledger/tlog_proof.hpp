#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/merkle.hpp"

namespace muster::ledger {

/// An inclusion proof as others read it. Source: c2sp.org/tlog-proof.
struct TlogProof {
  LogIndex index;
  Proof hashes;            ///< From the leaf's sibling to the root's child.
  std::string checkpoint;  ///< The signed note, verbatim.
  std::optional<Bytes> extra{};

  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

[[nodiscard]] std::string encode_tlog_proof(const TlogProof& proof);

/// Errors: `invalid_input`; the checkpoint itself is not looked into.
Result<TlogProof> parse_tlog_proof(std::string_view text);

}  // namespace muster::ledger
