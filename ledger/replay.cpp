#include "ledger/replay.hpp"

#include <algorithm>

#include "ledger/batch_writer.hpp"
#include "ledger/checkpoint.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t replay_batch = 1'024;

/// Entries of the mirror from the end of the log on, batch by batch.
class Replay final {
 public:
  Replay(const EntryMirror& mirror, const TreeHead& target, CompactRange start)
      : mirror_(&mirror), target_(target), range_(std::move(start)) {}

  [[nodiscard]] bool done() const { return range_.size() >= target_.size; }
  [[nodiscard]] TreeHead head() const { return {range_.size(), range_.root()}; }

  /// The next batch. Errors: `replay.too_short`.
  Result<std::vector<Bytes>> next() {
    const std::uint64_t size = range_.size().value;
    const auto most = std::min<std::uint64_t>(replay_batch, target_.size.value - size);
    MUSTER_TRY_ASSIGN(auto entries, mirror_->read({size}, static_cast<std::size_t>(most)));
    if (entries.empty()) {
      return refusal("replay.too_short", "the mirror has no entry " + std::to_string(size) +
                                             ", want all before " +
                                             std::to_string(target_.size.value));
    }
    for (const Bytes& entry : entries) range_.append(leaf_hash(entry));
    return entries;
  }

 private:
  const EntryMirror* mirror_;
  TreeHead target_;
  CompactRange range_;
};

/// The blobs that the entry in `bytes` names, from the mirror. A store checks what they hash to.
Result<std::vector<Blob>> mirrored_blobs(const Bytes& bytes, const EntryMirror& mirror,
                                         const NamedBlobs& named_blobs) {
  MUSTER_TRY_ASSIGN(const Entry entry, parse_entry(bytes));
  std::vector<Blob> blobs;
  for (const Hash& name : named_blobs(entry)) {
    auto blob = mirror.blob(name);
    if (!blob) {
      return failure(std::move(blob).error().during("blob " + name.to_hex() + " of entry " +
                                                    std::to_string(entry.index.value)));
    }
    blobs.push_back({name, std::move(*blob)});
  }
  return blobs;
}

tl::unexpected<Error> other_history(const TreeHead& got, const TreeHead& want) {
  return refusal("replay.other_history", "the mirror's entries lead to root " + got.root.to_hex() +
                                             " at " + std::to_string(got.size.value) +
                                             " entries, the checkpoint says " + want.root.to_hex());
}

}  // namespace

Result<std::optional<TreeHead>> head_to_catch_up_with(Store& store) {
  MUSTER_TRY_ASSIGN(const auto newest, store.newest_checkpoint());
  if (!newest) return std::optional<TreeHead>();
  const auto checkpoint = parse_checkpoint(*newest);
  if (!checkpoint) {
    return failure(Errc::corrupt, "the newest checkpoint: " + checkpoint.error().message);
  }
  MUSTER_TRY_ASSIGN(const TreeHead head, store.head());
  if (checkpoint->size <= head.size) return std::optional<TreeHead>();
  return std::optional(checkpoint->head());
}

Result<TreeHead> replay(Store& log, const EntryMirror& mirror, const TreeHead& target,
                        const NamedBlobs& named_blobs) {
  MUSTER_TRY_ASSIGN(const CompactRange start, log.compact_range());
  std::vector<Hash> roots;  // after each batch: what the second reading is held to
  Replay first(mirror, target, start);
  while (!first.done()) {
    MUSTER_TRY(first.next());
    roots.push_back(first.head().root);
  }
  if (first.head() != target) return other_history(first.head(), target);
  Replay second(mirror, target, start);
  BatchWriter writer(log, start.size());
  for (const Hash& root : roots) {
    MUSTER_TRY_ASSIGN(auto entries, second.next());
    if (second.head().root != root) return other_history(second.head(), target);
    for (Bytes& entry : entries) {
      MUSTER_TRY_ASSIGN(auto blobs, mirrored_blobs(entry, mirror, named_blobs));
      MUSTER_TRY(writer.add(std::move(entry), std::move(blobs)));
    }
  }
  MUSTER_TRY(writer.finish());
  return log.head();
}

}  // namespace muster::ledger
