#pragma once

#include <string>
#include <string_view>

#include "ledger/merkle.hpp"

namespace muster::ledger {

inline constexpr std::size_t max_add_checkpoint_hashes = 63;
/// Longest body that is looked at: the longest note, and 63 hashes of 45 characters.
inline constexpr std::size_t max_add_checkpoint_bytes = std::size_t{1} << 17U;

/// The body of `POST /add-checkpoint`: what a log asks its witness to cosign.
/// Source: c2sp.org/tlog-witness, "add-checkpoint".
struct AddCheckpoint {
  TreeSize old_size;       ///< Of the checkpoint that the witness cosigned last; 0: of none.
  Proof proof;             ///< Consistency from there; empty from size 0.
  std::string checkpoint;  ///< The signed note, verbatim.

  friend bool operator==(const AddCheckpoint&, const AddCheckpoint&) = default;
};

[[nodiscard]] std::string encode_add_checkpoint(const AddCheckpoint& request);

/// Errors: `invalid_input`; the checkpoint itself is not looked into.
Result<AddCheckpoint> parse_add_checkpoint(std::string_view body);

/// A tree size as the formats write it: decimal without leading zeros.
/// Errors: `invalid_input`, also above 2^63 - 1, which no log reaches and no store holds.
Result<TreeSize> parse_tree_size(std::string_view text);

}  // namespace muster::ledger
