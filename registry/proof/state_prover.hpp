#pragma once

#include <memory>

#include "registry/past_chips.hpp"
#include "registry/proof/entry_source.hpp"
#include "registry/view/view.hpp"

namespace muster::registry {

/// What proofs are made from. All of it is borrowed but the checkpoint.
struct ProofSource {
  const State* state;
  View* view;  ///< Flushed. Null is enough where no entry behind the commitment moved chips.
  ledger::Store* store;
  std::string checkpoint;  ///< Signed, with its cosignatures.
};

/// What goes into a chip's proof of the time after the commitment.
enum class TailForm : std::uint8_t {
  named,  ///< The entries that moved the chip: that there are no others is the server's word.
  whole,  ///< Every entry up to the checkpoint.
};

/// What of a roster is wanted, beside its count, sum and root.
struct RosterWish {
  bool list = true;  ///< Every chip.
  std::optional<RowN> chip{};
};

/// Makes proofs of one state commitment. The committed trees are built once and serve any number
/// of proofs.
class StateProver final {
 public:
  /// Over the newest commitment at or before entry `at` that the checkpoint covers.
  /// Errors: `not_found` when there is none; `corrupt` if the log does not lead to what it commits
  /// to; those of the store.
  /// Cost: about 1 µs a chip, and 64 bytes of memory each. Where state and view do not tell what
  /// was then, as after a product was changed, the log is replayed up to the commitment.
  static Result<StateProver> open(ProofSource source, std::optional<Index32> at = std::nullopt);

  [[nodiscard]] const StateCommit& commit() const { return commit_; }

  /// Requires: a row of the state.
  /// Errors: `not_found` if the chip was registered after the commitment; `unavailable` without a
  /// view that is needed; those of the store.
  /// Cost: a hash for each level of the tree; the entries and manifests that it quotes are kept for
  /// the next.
  Result<ChipProof> chip(RowN chip, TailForm form = TailForm::named);

  /// Requires: a row of the state.
  /// Errors: `not_found` if the party had no chip by then, or the chip is not in its roster.
  /// Cost: the first call builds the custodians' tree, about 0.5 µs a chip of the registry.
  Result<RosterProof> roster(RowN party, const RosterWish& wish);

 private:
  StateProver(ProofSource source, StateCommit commit, EntrySource entries)
      : source_(std::move(source)),
        commit_(commit),
        entries_(std::move(entries)),
        chips_(PastChips::of_now(*source_.state)) {}

  /// A roster that was asked for last, with its tree.
  struct KeptRoster {
    RowN party = no_row;
    std::vector<RosterItem> items{};
    ledger::MerkleTree tree{};
  };

  /// The state that the committed rows are read from: the present one, or one that was replayed.
  [[nodiscard]] const State& base() const { return replayed_ ? *replayed_ : *source_.state; }
  Result<void> replay();
  [[nodiscard]] bool grow(PastChips chips);
  [[nodiscard]] bool grow_custodians(const Hash& committed);
  Result<NamedTail> named_tail(RowN chip);
  Result<void> build_custodians();
  const KeptRoster& kept_roster(RowN party);
  Result<RosterItemProof> roster_chip(RowN party, RowN chip);

  ProofSource source_;
  StateCommit commit_;
  EntrySource entries_;
  std::unique_ptr<State> replayed_{};
  PastChips chips_;
  ledger::MerkleTree tree_{};
  std::vector<RowN> custodians_{};
  ledger::MerkleTree custodian_tree_{};
  KeptRoster kept_{};
};

}  // namespace muster::registry
