#include "ledger/copy_log.hpp"

#include "ledger/proofs.hpp"
#include "ledger/store/sqlite_store.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t entries_a_batch = 10'000;
constexpr std::size_t bytes_a_batch = std::size_t{1} << 23U;
constexpr std::size_t names_a_batch = 1'000;
constexpr std::size_t texts_a_batch = 256;

Error not_a_copy(const std::string& what) {
  return {Errc::conflict, "copying a log: the other one has " + what, {}};
}

Result<TreeHead> beginning_of(Store& from, Store& to) {
  MUSTER_TRY_ASSIGN(const TreeHead whole, from.head());
  MUSTER_TRY_ASSIGN(const TreeHead begun, to.head());
  if (begun.size > whole.size) {
    return failure(not_a_copy(std::to_string(begun.size.value) + " entries, this one " +
                              std::to_string(whole.size.value)));
  }
  MUSTER_TRY_ASSIGN(const Hash root, root_at(from, begun.size));
  if (root != begun.root) return failure(not_a_copy("other entries"));
  return begun;
}

Result<void> copy_blobs(Store& from, Store& to, TreeSize size) {
  std::optional<Hash> last;
  while (true) {
    MUSTER_TRY_ASSIGN(const auto names, from.blob_hashes_after(last, names_a_batch));
    if (names.empty()) return {};
    for (const Hash& name : names) {
      MUSTER_TRY_ASSIGN(const bool there, to.has_blob(name));
      if (there) continue;
      MUSTER_TRY_ASSIGN(Bytes bytes, from.blob(name));
      const Blob blob{name, std::move(bytes)};
      auto kept = to.append(size, {}, std::span(&blob, 1));
      if (!kept) return failure(std::move(kept.error()).during("manifest " + name.to_hex()));
    }
    last = names.back();
  }
}

Result<TreeHead> copy_entries(Store& from, Store& to, TreeHead done) {
  while (true) {
    MUSTER_TRY_ASSIGN(auto stored,
                      from.read_stored({done.size.value}, entries_a_batch, bytes_a_batch));
    if (stored.empty()) return done;
    std::vector<Bytes> bodies;
    for (StoredEntry& entry : stored) {
      if (leaf_hash(entry.body) != entry.leaf) {
        return failure(Errc::corrupt, "entry " + std::to_string(done.size.value + bodies.size()) +
                                          ": is not what its leaf hash says");
      }
      bodies.push_back(std::move(entry.body));
    }
    MUSTER_TRY_ASSIGN(done, to.append(done.size, bodies, {}));
  }
}

Result<void> copy_checkpoints(Store& from, Store& to) {
  for (std::uint64_t done = 0;;) {
    MUSTER_TRY_ASSIGN(const auto texts, from.checkpoints_from(done, texts_a_batch));
    MUSTER_TRY_ASSIGN(const auto there, to.checkpoints_from(done, texts_a_batch));
    if (there.size() > texts.size()) return failure(not_a_copy("more checkpoints"));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i < there.size() && there[i] != texts[i]) return failure(not_a_copy("other checkpoints"));
      if (i >= there.size()) MUSTER_TRY(to.put_checkpoint(texts[i]));
    }
    if (texts.empty()) return {};
    done += texts.size();
  }
}

}  // namespace

Result<void> copy_log(Store& from, Store& to) {
  MUSTER_TRY_ASSIGN(const auto snapshot, from.snapshot());
  MUSTER_TRY_ASSIGN(const TreeHead begun, beginning_of(from, to));
  MUSTER_TRY(copy_blobs(from, to, begun.size));
  MUSTER_TRY_ASSIGN(const TreeHead done, copy_entries(from, to, begun));
  MUSTER_TRY_ASSIGN(const TreeHead wanted, from.head());
  if (done != wanted) return failure(Errc::corrupt, "copying a log: its entries lead elsewhere");
  return copy_checkpoints(from, to);
}

Result<void> Store::copy_to(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(const auto file, SqliteStore::create(path));
  MUSTER_TRY(copy_log(*this, *file));
  return file->checkpoint_database();
}

}  // namespace muster::ledger
