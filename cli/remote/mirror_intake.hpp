#pragma once

#include <functional>
#include <span>
#include <vector>

#include "ledger/store.hpp"
#include "registry/registry.hpp"
#include "registry/submission.hpp"

namespace muster::cli {

/// The manifest of this name that entry `index` names, from wherever the entries come.
using ManifestSource = std::function<Result<Bytes>(const Hash& sha256, std::uint64_t index)>;

/// Takes entries of somebody else's log into a copy of it. That they are part of a tree that its
/// operator signed is for the caller to know; what a writer makes sure of before it records is made
/// sure of here again: place and chain, times that do not fall, every signature, what a kind wants
/// proven, manifests that are what they are called, and every rule.
class MirrorIntake final {
 public:
  /// Borrows both, which are of one log.
  MirrorIntake(ledger::Store& store, registry::Registry& registry, ManifestSource manifests);

  /// Appends entries that follow those that are there.
  /// Errors: `refused` with rule `mirror.entry` for what is no entry of its place,
  /// `mirror.signature` and `mirror.manifest`: nothing of these entries is kept; `mirror.rules` for
  /// one that a rule refuses, which is kept, since the operator signed for it; those of the source
  /// and the store.
  Result<void> take(std::span<const Bytes> bodies);

 private:
  Result<std::vector<ledger::Entry>> entries_of(std::span<const Bytes> bodies);
  Result<void> add_manifests(const ledger::Entry& entry, std::vector<ledger::Blob>& blobs) const;
  Result<void> check_signatures(std::span<const ledger::Entry> entries,
                                const std::vector<ledger::Blob>& blobs);
  Result<void> append(std::span<const ledger::Entry> entries, std::span<const Bytes> bodies,
                      const std::vector<ledger::Blob>& blobs);
  void learn_keys();

  ledger::Store* store_;
  registry::Registry* registry_;
  ManifestSource manifests_;
  registry::KeyRing keys_;
  registry::RowN known_keys_ = 0;
};

}  // namespace muster::cli
