#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ledger/checkpoint.hpp"

namespace muster::ledger {

/// How the tree of a checkpoint begins: the root of its first entries, and the consistency proof
/// from there to the checkpoint.
struct TreeBeginning {
  Hash root;
  Proof proof;

  friend bool operator==(const TreeBeginning&, const TreeBeginning&) = default;
};

/// Two signed checkpoints of one log, kept because they contradict each other, or because nobody
/// could connect them. Evidence against whoever signed both; judged offline, by the log's key.
struct SplitView {
  std::string first;   ///< The signed note of the smaller size.
  std::string second;  ///< That of the larger, or of the same size.
  /// Of two sizes: how the second's tree begins, up to the first's size.
  std::optional<TreeBeginning> beginning{};

  friend bool operator==(const SplitView&, const SplitView&) = default;
};

/// The two notes, the smaller first. Errors: `invalid_input` if one is no signed checkpoint.
Result<SplitView> split_view_of(std::string_view one, std::string_view other);

/// Canonical JSON: `beginning` (null, or `proof` and `root`), `first`, `kind` "split-view",
/// `second`, `v`.
[[nodiscard]] std::string encode_split_view(const SplitView& view);
/// Errors: `invalid_input`. Nothing is verified yet.
Result<SplitView> parse_split_view(std::string_view text);

/// "split-view-" and 16 hex digits that follow from the bytes: one name for one pair.
[[nodiscard]] std::string split_view_file_name(const SplitView& view);

/// How two signed checkpoints of one log stand to each other.
enum class CheckpointRelation {
  equal,       ///< One size, one root.
  consistent,  ///< Shown: the second's tree begins with the first's.
  fork,        ///< Shown: two histories. Whoever signed both is caught.
  unconnected  ///< Nothing is shown. The log owes a consistency proof.
};

/// What a pair of checkpoints shows.
struct SplitViewFacts {
  Checkpoint first;
  Checkpoint second;
  CheckpointRelation relation;
};

/// Judges the pair by the log's keys. A beginning that does not lead to the second checkpoint shows
/// nothing.
/// Errors: `invalid_input` for what is no checkpoint; `refused` with rule `checkpoint.*` as in
/// `verify_checkpoint`, or `split_view.origin` for checkpoints of two logs.
Result<SplitViewFacts> verify_split_view(const SplitView& view, std::span<const VerifierKey> keys);

/// How the second's tree begins, by a copy of the log. Nothing when this copy is shorter, or is not
/// the history that the second checkpoint is of. Errors: those of the store.
Result<std::optional<TreeBeginning>> beginning_by_log(Store& store, const SplitView& view);

}  // namespace muster::ledger
