#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/crypto/seeded_random.hpp"

namespace muster::test {

/// What goes wrong at one operation of the disk.
enum class DiskFault {
  power_cut,   ///< Everything stops; what was not synced may be lost, torn, or come in any order.
  error_once,  ///< This operation fails, the later ones work.
  error_for_good,   ///< This operation and all later ones fail.
  full,             ///< Writes that make a file longer fail from here on.
  sync_loses_data,  ///< From here on each sync fails once and forgets what it was to keep, as
                    ///< Linux may: the next sync of the same file says that all is well.
};

/// What is left of unsynced writes after a power cut.
enum class Survival { nothing, everything, some };

/// One file: what readers see, what would be there after a power cut, and what is in between.
/// Sectors reach the disk in any order, each in one of its versions; sizes in the order they were
/// set, as by a file system that journals them.
class DiskFile final {
 public:
  static constexpr std::size_t sector_bytes = 512;
  using Sector = std::array<std::uint8_t, sector_bytes>;

  /// Fewer than asked for at the end of the file.
  [[nodiscard]] std::size_t read(std::uint8_t* into, std::size_t count, std::size_t offset) const;
  void write(ByteView bytes, std::size_t offset);
  void resize(std::size_t size);
  [[nodiscard]] std::size_t size() const { return seen_.size(); }

  /// Makes durable what was written since the last sync.
  void sync();
  /// Forgets that anything is unsynced: it stays seen, and is never made durable.
  void lose_unsynced();
  /// The power comes back: what is seen is now what survived.
  void settle(Survival survival, crypto::SeededRandom& random);

  [[nodiscard]] bool was_ever_synced() const { return ever_synced_; }

 private:
  /// A sector as it was written, or, without one, a new size of the file.
  struct Change {
    std::optional<Sector> sector;
    std::size_t number;  ///< Of the sector; or the size.
  };
  void note_sector(std::size_t number);
  static void apply(const Change& change, Bytes& bytes);

  Bytes seen_;
  Bytes durable_;
  std::vector<Change> unsynced_;  ///< In the order they were made.
  bool ever_synced_ = false;
};

/// A disk in memory below SQLite (a VFS, the default one while this object lives) that keeps what
/// was not synced apart from what was, and fails on demand. One process, one transaction at a time.
///
/// It keeps what SQLite's unix VFS promises by default: sectors of 4,096 bytes, and that a write
/// damages no bytes beside it (powersafe overwrite). Sectors are torn at 512 bytes.
class TestDisk final {
 public:
  TestDisk();
  TestDisk(const TestDisk&) = delete;
  TestDisk& operator=(const TestDisk&) = delete;
  ~TestDisk();

  /// From now on operation number `operation` (writes, truncations, syncs and removals, from 0)
  /// fails. Counting begins anew.
  void fail_at(std::size_t operation, DiskFault fault);
  /// No faults from now on. Counting begins anew.
  void heal() { fail_at(SIZE_MAX, DiskFault::error_once); }
  [[nodiscard]] std::size_t operations() const { return operations_; }

  /// After a power cut, or to make one now: the machine starts again. Open connections are dead.
  void restart(Survival survival, std::uint64_t seed);
  /// The process that had the files open is gone; the machine goes on. Its connections are dead.
  void kill_process();
  /// No file can be opened for writing.
  void set_read_only(bool read_only) { read_only_ = read_only; }

 private:
  friend struct DiskCalls;
  struct Vfs;
  /// What an operation may do.
  enum class Verdict { proceed, fail, proceed_and_fail };
  /// Which file a program made before it had SQLite open it: the bytes are here, the name is there.
  /// It is held open, so that none that is made later can be taken for it.
  class HostFile final {
   public:
    explicit HostFile(const std::string& name);
    HostFile(HostFile&& from) noexcept : handle_(std::exchange(from.handle_, -1)) {}
    HostFile& operator=(HostFile&& from) noexcept {
      std::swap(handle_, from.handle_);
      return *this;
    }
    ~HostFile();

    [[nodiscard]] bool is_there() const { return handle_ >= 0; }
    [[nodiscard]] bool is_same_as(const HostFile& other) const;

   private:
    int handle_;
  };
  Verdict next_operation(bool grows, bool syncs, DiskFile* file);
  /// A file that the program removed and made anew since it was opened last begins empty.
  void forget_if_replaced(const std::string& name);

  std::unique_ptr<Vfs> vfs_;
  std::map<std::string, std::unique_ptr<DiskFile>> files_;
  std::map<std::string, HostFile> host_files_;
  std::vector<std::unique_ptr<DiskFile>> replaced_;           ///< Somebody may have them open.
  std::map<std::string, std::unique_ptr<DiskFile>> removed_;  ///< Not durably so yet.
  std::map<std::string, std::vector<Bytes>> shared_memory_;   ///< Of the write-ahead log, by file.
  std::vector<std::vector<Bytes>> dead_memory_;
  std::map<std::string, int> connections_;  ///< Alive, by file.
  std::size_t operations_ = 0;
  std::size_t fail_at_ = SIZE_MAX;
  DiskFault fault_ = DiskFault::error_once;
  std::map<const DiskFile*, bool> sync_failed_;
  bool power_is_off_ = false;
  bool read_only_ = false;
  std::uint64_t generation_ = 0;  ///< Connections of an earlier one are dead.
};

}  // namespace muster::test
