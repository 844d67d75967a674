#pragma once

#include <deque>
#include <map>
#include <utility>

#include "ledger/store.hpp"
#include "registry/proof/manifest_tree.hpp"
#include "registry/proof/quoted_entry.hpp"

namespace muster::registry {

/// Quotes entries of a log for proofs about chips, with their way to one checkpoint. Keeps what
/// many proofs share. Borrows the store.
class EntrySource final {
 public:
  /// Errors: `invalid_input` if `checkpoint` is no signed checkpoint, or not one of this log.
  static Result<EntrySource> open(ledger::Store& store, std::string checkpoint);

  [[nodiscard]] const std::string& note() const { return note_; }
  [[nodiscard]] ledger::TreeSize size() const { return checkpoint_.size; }

  /// Entry `index`; where it lists chips by a manifest, with the items that say whether `chip` is
  /// among them. Without a chip: the entry alone.
  /// Errors: `not_found` beyond the checkpoint; `corrupt`; those of the store.
  Result<ProvenEntry> proven(ledger::LogIndex index, const ChipId* chip);

  /// All entries from `first` up to the checkpoint, in the same way.
  Result<WholeTail> from(ledger::LogIndex first, const ChipId& chip);

 private:
  struct KeptManifest {
    Hash name;
    std::uint64_t bytes;
    ManifestTree tree;
  };

  EntrySource(ledger::Store& store, std::string note, ledger::Checkpoint checkpoint)
      : store_(&store), note_(std::move(note)), checkpoint_(std::move(checkpoint)) {}
  Result<std::vector<ItemProof>> items(const Bytes& entry, const ChipId& chip);
  Result<const ManifestTree*> manifest(const Event& event);
  Result<void> read_tail(ledger::LogIndex first);

  ledger::Store* store_;
  std::string note_;
  ledger::Checkpoint checkpoint_;
  std::map<std::uint64_t, ProvenEntry> proven_{};  // without items
  std::deque<KeptManifest> manifests_{};           // the oldest first
  std::uint64_t manifest_bytes_ = 0;               // of all of them
  std::optional<std::uint64_t> tail_first_{};
  std::vector<Bytes> tail_{};
  std::vector<Hash> edge_{};
};

}  // namespace muster::registry
