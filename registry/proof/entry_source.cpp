#include "registry/proof/entry_source.hpp"

#include <algorithm>
#include <bit>

#include "ledger/proofs.hpp"
#include "registry/kind.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t kept_entries = 4'096;
/// Of manifests that are kept, counted as text: a tree takes about twice that. One is always kept.
constexpr std::uint64_t kept_manifest_bytes = std::uint64_t{1} << 26U;
constexpr std::size_t tail_page = 1'024;

/// The complete subtrees over the log's first `size` entries, the largest first.
Result<std::vector<Hash>> edge_of(ledger::Store& store, std::uint64_t size) {
  const ledger::SubtreeHash subtree = ledger::subtree_hash_of(store);
  std::vector<Hash> edge;
  std::uint64_t first = 0;
  for (std::uint64_t rest = size; rest != 0;) {
    const std::uint64_t count = std::bit_floor(rest);
    MUSTER_TRY_ASSIGN(const Hash hash, subtree({first, count}));
    edge.push_back(hash);
    first += count;
    rest ^= count;
  }
  return edge;
}

}  // namespace

Result<EntrySource> EntrySource::open(ledger::Store& store, std::string checkpoint) {
  MUSTER_TRY_ASSIGN(ledger::Checkpoint parsed, ledger::parse_checkpoint(checkpoint));
  MUSTER_TRY_ASSIGN(const Hash root, ledger::root_at(store, parsed.size));
  if (root != parsed.root) {
    return failure(Errc::invalid_input, "proof: the checkpoint is not one of this log");
  }
  return EntrySource(store, std::move(checkpoint), std::move(parsed));
}

Result<ProvenEntry> EntrySource::proven(ledger::LogIndex index, const ChipId* chip) {
  if (index.value >= checkpoint_.size.value) {
    return failure(Errc::not_found, "entry " + std::to_string(index.value) +
                                        ": the checkpoint is over the first " +
                                        std::to_string(checkpoint_.size.value));
  }
  auto kept = proven_.find(index.value);
  if (kept == proven_.end()) {
    MUSTER_TRY_ASSIGN(auto entries, store_->read(index, 1));
    if (entries.empty()) return failure(Errc::corrupt, "log: an entry is missing");
    MUSTER_TRY(ledger::parse_entry(entries.front()));
    MUSTER_TRY_ASSIGN(auto proof, ledger::prove_inclusion(*store_, index, checkpoint_.size));
    if (proven_.size() == kept_entries) proven_.clear();
    ProvenEntry made{{std::move(entries.front()), {}}, std::move(proof)};
    kept = proven_.emplace(index.value, std::move(made)).first;
  }
  ProvenEntry entry = kept->second;
  if (chip == nullptr) return entry;
  MUSTER_TRY_ASSIGN(entry.quoted.items, items(entry.quoted.entry, *chip));
  return entry;
}

Result<std::vector<ItemProof>> EntrySource::items(const Bytes& entry, const ChipId& chip) {
  MUSTER_TRY_ASSIGN(const ReadEntry read, read_quoted(entry));
  const bool by_manifest = read.event && moves_chips(*read.event->kind) &&
                           read.event->header.subjects.form == SubjectForm::manifest;
  if (!by_manifest) return std::vector<ItemProof>();
  MUSTER_TRY_ASSIGN(const ManifestTree* tree, manifest(*read.event));
  return tree->around(chip);
}

Result<const ManifestTree*> EntrySource::manifest(const Event& event) {
  const ManifestRef& ref = event.header.subjects.manifest;
  const auto kept = std::ranges::find(manifests_, ref.sha256, &KeptManifest::name);
  if (kept != manifests_.end()) return &kept->tree;
  MUSTER_TRY_ASSIGN(Bytes blob, store_->blob(ref.sha256));
  MUSTER_TRY_ASSIGN(ManifestTree tree,
                    ManifestTree::open(std::move(blob), ref, event.kind->columns));
  manifest_bytes_ += ref.bytes;
  while (manifest_bytes_ > kept_manifest_bytes && !manifests_.empty()) {
    manifest_bytes_ -= manifests_.front().bytes;
    manifests_.pop_front();
  }
  manifests_.push_back({ref.sha256, ref.bytes, std::move(tree)});
  return &manifests_.back().tree;
}

Result<void> EntrySource::read_tail(ledger::LogIndex first) {
  if (tail_first_ == first.value) return {};
  tail_.clear();
  MUSTER_TRY_ASSIGN(edge_, edge_of(*store_, first.value));
  for (std::uint64_t next = first.value; next < checkpoint_.size.value;) {
    const auto left = checkpoint_.size.value - next;
    MUSTER_TRY_ASSIGN(auto page, store_->read({next}, std::min<std::uint64_t>(left, tail_page)));
    if (page.empty()) return failure(Errc::corrupt, "log: an entry is missing");
    next += page.size();
    std::ranges::move(page, std::back_inserter(tail_));
  }
  tail_first_ = first.value;
  return {};
}

Result<WholeTail> EntrySource::from(ledger::LogIndex first, const ChipId& chip) {
  MUSTER_TRY(read_tail(first));
  WholeTail tail{edge_, {}};
  tail.entries.reserve(tail_.size());
  for (const Bytes& entry : tail_) {
    MUSTER_TRY_ASSIGN(auto shown, items(entry, chip));
    tail.entries.push_back({entry, std::move(shown)});
  }
  return tail;
}

}  // namespace muster::registry
