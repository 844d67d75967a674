#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/index.hpp"
#include "ledger/merkle.hpp"

namespace muster::ledger {

/// Bytes that an entry names by their SHA-256: a manifest.
struct Blob {
  Hash sha256;
  Bytes bytes;
};

inline constexpr std::size_t max_blob_bytes = std::size_t{1} << 28U;        ///< 256 MiB.
inline constexpr std::size_t max_checkpoint_bytes = std::size_t{1} << 16U;  ///< 64 KiB.

/// An entry and the leaf hash that is stored beside it.
struct StoredEntry {
  Bytes body;
  Hash leaf;
};

/// What keeps a store as it is: see `Store::snapshot`.
class Snapshot {
 public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  virtual ~Snapshot() = default;
};

/// Stored subtrees span 256, 256 * 256, … leaves: the hashes that a proof needs are then at most
/// 255 a level away.
inline constexpr unsigned subtree_height_step = 8;

/// Durable, append-only storage of one log. It speaks of entries and sizes, never of SQL or files,
/// so that each backend can do the work its own best way. All backends pass
/// tests/ledger/store_contract_test.cpp, which is the full definition of this interface.
///
/// Every call may fail with `unavailable` (disk, lock) or `corrupt` (what is stored contradicts
/// itself). Not thread-safe: one Store per thread. Several processes may open the same log.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// The complete subtrees of the present tree.
  virtual Result<CompactRange> compact_range() = 0;

  /// The current size and root. Cost: O(log n).
  Result<TreeHead> head();

  /// Stores `blobs`, then appends `entries` if the log still has `expected` entries, and returns
  /// the new head once all of it is durable. All or nothing. A blob that is there already stays.
  /// Errors: `conflict` if another writer came first; `invalid_input` for an entry outside 1 to
  /// 65,535 bytes or a blob that does not hash to its name; nothing is written in any case. After
  /// another error of this call nothing is known: open the store anew and look.
  virtual Result<TreeHead> append(TreeSize expected, std::span<const Bytes> entries,
                                  std::span<const Blob> blobs) = 0;

  /// Entries [first, first + count), fewer where the log ends before that.
  /// Errors: `corrupt` for a hole.
  virtual Result<std::vector<Bytes>> read(LogIndex first, std::size_t count) = 0;

  /// The leaf hashes of the same entries, as they were computed when they were appended.
  virtual Result<std::vector<Hash>> leaf_hashes(LogIndex first, std::size_t count) = 0;

  /// Entries from `first` on, each with its stored leaf hash: at most `count`, and no more than
  /// `bytes` bytes of them, but at least one unless the log ends here. For reading a whole log in
  /// bounded memory. Errors: `corrupt` for a hole, or an entry without leaf hash.
  virtual Result<std::vector<StoredEntry>> read_stored(LogIndex first, std::size_t count,
                                                       std::size_t bytes);

  /// The hashes of complete subtrees of 256^level leaves at positions [first, first + count), fewer
  /// where there are no more. Requires: level > 0.
  virtual Result<std::vector<Hash>> subtree_hashes(unsigned level, std::uint64_t first,
                                                   std::size_t count) = 0;

  /// Errors: `not_found`.
  virtual Result<Bytes> blob(const Hash& sha256) = 0;

  /// The names of all blobs, in ascending order.
  virtual Result<std::vector<Hash>> blob_hashes() = 0;

  /// At most `count` names of blobs in ascending order, from the first above `after` on; from the
  /// very first without it.
  virtual Result<std::vector<Hash>> blob_hashes_after(const std::optional<Hash>& after,
                                                      std::size_t count);

  /// Whether there is a blob of this name, whatever its bytes.
  virtual Result<bool> has_blob(const Hash& sha256);

  /// What the bytes of the blob of this name hash to. Errors: `not_found`.
  virtual Result<Hash> blob_digest(const Hash& sha256);

  /// Queues for the right to write, and keeps it until this object ends: for writers that read,
  /// judge and then append. Without it each `append` queues by itself.
  /// Errors: `unavailable` after the store's time limit.
  virtual Result<void> hold_writer_lock() { return {}; }
  /// Gives it back before this object ends, when called as often as `hold_writer_lock` was with
  /// success.
  virtual void release_writer_lock() {}

  /// From now on nobody appends to this copy of the log, nor keeps a checkpoint in it, not even who
  /// has it open: it lives on elsewhere, and two that both grow would contradict each other. They
  /// get `unavailable`.
  virtual Result<void> retire() = 0;
  /// Whether that was done to this copy.
  virtual Result<bool> is_retired() { return false; }

  /// Copies the log as it is now into the new file `path`, a log in SQLite; writers go on
  /// meanwhile. Errors: `conflict` if `path` exists.
  virtual Result<void> copy_to(const std::filesystem::path& path);

  /// Makes sure that all that can be read is durable, as what a killed writer left behind need not
  /// be. To be called before anything that was not written through this object is acknowledged or
  /// signed; `append` and `put_checkpoint` do so themselves.
  virtual Result<void> settle() = 0;

  /// Keeps the text of a signed checkpoint, durably. Errors: `invalid_input` for an empty or too
  /// long one.
  virtual Result<void> put_checkpoint(std::string_view text) = 0;

  /// All checkpoint texts in the order they were put.
  virtual Result<std::vector<std::string>> checkpoints() = 0;

  /// At most `count` checkpoint texts in the order they were put, after leaving out the first
  /// `skip`.
  virtual Result<std::vector<std::string>> checkpoints_from(std::uint64_t skip, std::size_t count);

  /// The checkpoint text that was put last, if any.
  virtual Result<std::optional<std::string>> newest_checkpoint() = 0;

  /// Checkpoint texts from the newest back to the oldest: at most `count`, after leaving out the
  /// newest `skip`.
  virtual Result<std::vector<std::string>> newest_checkpoints(std::uint64_t skip,
                                                              std::size_t count) = 0;

  /// Keeps everything that is read as it is now, whatever other writers do, until the object that
  /// is returned ends, which must be before this store does. Meanwhile this store cannot append.
  /// Null where nobody else can write.
  virtual Result<std::unique_ptr<Snapshot>> snapshot();

  /// Whether nothing can be written here, ever: a copy that follows another one.
  [[nodiscard]] virtual bool only_reads() const { return false; }

  /// False once this object can do no more, since its connection is lost or a write failed, and the
  /// store has to be opened anew.
  [[nodiscard]] virtual bool is_usable() const { return true; }

  /// What the backend finds wrong in its own structures, one line each: pages, indexes, checksums.
  /// Says nothing about what entries mean. Cost: may read everything.
  virtual Result<std::vector<std::string>> structural_problems() = 0;
};

/// Errors: `invalid_input` for what no store may take. For the backends.
Result<void> check_appendable(std::span<const Bytes> entries, std::span<const Blob> blobs);

/// Errors: `invalid_input` unless `text` has 1 to 65,536 bytes without NUL. For the backends.
Result<void> check_checkpoint_text(std::string_view text);

/// `conflict`, in the words that all backends use.
[[nodiscard]] Error size_conflict(TreeSize actual, TreeSize expected);

}  // namespace muster::ledger
