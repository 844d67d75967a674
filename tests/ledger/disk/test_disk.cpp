#include "tests/ledger/disk/test_disk.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace muster::test {

struct TestDisk::Vfs {
  sqlite3_vfs vfs{};
  sqlite3_vfs* before = nullptr;
};

/// The calls that SQLite makes. Their names and meaning: sqlite.org/c3ref/vfs.html,
/// io_methods.html.
struct DiskCalls {
  /// SQLite allocates this many bytes for an open file.
  struct Open {
    sqlite3_file base;
    TestDisk* disk;
    DiskFile* file;
    DiskFile* own;     ///< A temporary file, which has no name and goes when it is closed.
    const char* name;  ///< SQLite keeps it for as long as the file is open.
    std::uint64_t generation;
    int flags;

    [[nodiscard]] bool is_dead() const {
      return own == nullptr && (generation != disk->generation_ || disk->power_is_off_);
    }
  };

  static Open& of(sqlite3_file* file) { return *reinterpret_cast<Open*>(file); }
  static TestDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<TestDisk*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    TestDisk& disk = disk_of(vfs);
    Open& handle = of(file);
    handle = Open{};
    if (disk.power_is_off_) return SQLITE_IOERR;
    if (name != nullptr && disk.read_only_)
      flags = (flags & ~SQLITE_OPEN_READWRITE) | SQLITE_OPEN_READONLY;
    handle.disk = &disk;
    handle.name = name;
    handle.generation = disk.generation_;
    handle.flags = flags;
    if (name == nullptr) {
      handle.own = new DiskFile;
      handle.file = handle.own;
    } else {
      const bool is_main = (flags & SQLITE_OPEN_MAIN_DB) != 0;
      if (is_main) disk.forget_if_replaced(name);
      auto& stored = disk.files_[name];
      const bool is_new = !stored;
      if (is_new && (disk.read_only_ || ((flags & SQLITE_OPEN_CREATE) == 0 && !is_main))) {
        disk.files_.erase(name);
        return SQLITE_CANTOPEN;
      }
      if (is_new) stored = std::make_unique<DiskFile>();
      // The main file was made, and made durable, before SQLite saw it.
      if (is_new && is_main) stored->sync();
      handle.file = stored.get();
      if (is_main) ++disk.connections_[name];
    }
    if (out != nullptr) *out = flags;
    handle.base.pMethods = &methods();
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    TestDisk& disk = disk_of(vfs);
    const auto found = disk.files_.find(name);
    if (disk.power_is_off_ || disk.read_only_) return SQLITE_IOERR_DELETE;
    if (found == disk.files_.end()) return SQLITE_IOERR_DELETE_NOENT;
    const auto verdict = disk.next_operation(false, false, nullptr);
    if (verdict == TestDisk::Verdict::fail) return SQLITE_IOERR_DELETE;
    if (sync_folder == 0) disk.removed_[name] = std::move(found->second);
    disk.files_.erase(found);
    return verdict == TestDisk::Verdict::proceed ? SQLITE_OK : SQLITE_IOERR_DELETE;
  }

  static int access(sqlite3_vfs* vfs, const char* name, int, int* out) {
    const TestDisk& disk = disk_of(vfs);
    if (disk.power_is_off_) return SQLITE_IOERR_ACCESS;
    const auto found = disk.files_.find(name);
    *out = found != disk.files_.end() && found->second->size() > 0 ? 1 : 0;
    return SQLITE_OK;
  }

  static int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
  }

  static int close(sqlite3_file* file) {
    const Open& handle = of(file);
    const bool is_main = (handle.flags & SQLITE_OPEN_MAIN_DB) != 0;
    if (is_main && !handle.is_dead()) --handle.disk->connections_[handle.name];
    delete of(file).own;
    of(file).base.pMethods = nullptr;
    return SQLITE_OK;
  }

  static int read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
    if (of(file).is_dead()) return SQLITE_IOERR_READ;
    auto* const bytes = static_cast<std::uint8_t*>(into);
    const auto want = static_cast<std::size_t>(count);
    const auto got = of(file).file->read(bytes, want, static_cast<std::size_t>(offset));
    if (got == want) return SQLITE_OK;
    std::memset(bytes + got, 0, want - got);
    return SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
    const Open& handle = of(file);
    if (handle.is_dead()) return SQLITE_IOERR_WRITE;
    if ((handle.flags & SQLITE_OPEN_READONLY) != 0) return SQLITE_READONLY;
    const auto begin = static_cast<std::size_t>(offset);
    const ByteView bytes(static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(count));
    const bool grows = begin + bytes.size() > handle.file->size();
    const auto verdict = handle.own != nullptr
                             ? TestDisk::Verdict::proceed
                             : handle.disk->next_operation(grows, false, handle.file);
    if (verdict != TestDisk::Verdict::fail) handle.file->write(bytes, begin);
    if (verdict == TestDisk::Verdict::proceed) return SQLITE_OK;
    return handle.disk->fault_ == DiskFault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const Open& handle = of(file);
    if (handle.is_dead()) return SQLITE_IOERR_TRUNCATE;
    const auto verdict = handle.own != nullptr
                             ? TestDisk::Verdict::proceed
                             : handle.disk->next_operation(false, false, handle.file);
    if (verdict != TestDisk::Verdict::fail) handle.file->resize(static_cast<std::size_t>(size));
    return verdict == TestDisk::Verdict::proceed ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
  }

  static int sync(sqlite3_file* file, int) {
    const Open& handle = of(file);
    if (handle.is_dead()) return SQLITE_IOERR_FSYNC;
    const auto verdict = handle.own != nullptr
                             ? TestDisk::Verdict::proceed
                             : handle.disk->next_operation(false, true, handle.file);
    // A power cut in the middle of a sync leaves some of it done: `settle` decides.
    if (verdict != TestDisk::Verdict::proceed) return SQLITE_IOERR_FSYNC;
    // As the unix VFS does, the first sync of a new file also syncs the folder.
    if (!handle.file->was_ever_synced()) handle.disk->removed_.clear();
    handle.file->sync();
    return SQLITE_OK;
  }

  static int size(sqlite3_file* file, sqlite3_int64* out) {
    if (of(file).is_dead()) return SQLITE_IOERR_FSTAT;
    *out = static_cast<sqlite3_int64>(of(file).file->size());
    return SQLITE_OK;
  }

  /// Only the last connection may have the file for itself, to fold the log into it and remove it.
  static int lock(sqlite3_file* file, int level) {
    const Open& handle = of(file);
    const bool wants_all = level == SQLITE_LOCK_EXCLUSIVE && !handle.is_dead();
    return wants_all && handle.disk->connections_[handle.name] > 1 ? SQLITE_BUSY : SQLITE_OK;
  }
  static int unlock(sqlite3_file*, int) { return SQLITE_OK; }
  static int is_reserved(sqlite3_file*, int* out) {
    *out = 0;
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return 4096; }
  static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static int map_shared(sqlite3_file* file, int region, int bytes, int extend,
                        void volatile** out) {
    const Open& handle = of(file);
    *out = nullptr;
    if (handle.is_dead()) return SQLITE_IOERR_SHMMAP;
    auto& regions = handle.disk->shared_memory_[handle.name];
    const auto number = static_cast<std::size_t>(region);
    if (regions.empty() && handle.disk->read_only_) return SQLITE_READONLY_CANTINIT;
    if (number >= regions.size() && extend == 0) return SQLITE_OK;
    regions.reserve(64);  // addresses must stay
    while (regions.size() <= number) regions.emplace_back(static_cast<std::size_t>(bytes));
    *out = regions[number].data();
    return SQLITE_OK;
  }
  static int lock_shared(sqlite3_file* file, int, int, int) {
    return of(file).is_dead() ? SQLITE_IOERR_SHMLOCK : SQLITE_OK;
  }
  static void barrier(sqlite3_file*) {}
  static int unmap_shared(sqlite3_file* file, int remove) {
    const Open& handle = of(file);
    if (remove != 0 && !handle.is_dead()) handle.disk->shared_memory_.erase(handle.name);
    return SQLITE_OK;
  }

  static const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods table = [] {
      sqlite3_io_methods calls{};
      calls.iVersion = 2;
      calls.xClose = close;
      calls.xRead = read;
      calls.xWrite = write;
      calls.xTruncate = truncate;
      calls.xSync = sync;
      calls.xFileSize = size;
      calls.xLock = lock;
      calls.xUnlock = unlock;
      calls.xCheckReservedLock = is_reserved;
      calls.xFileControl = control;
      calls.xSectorSize = sector_size;
      calls.xDeviceCharacteristics = characteristics;
      calls.xShmMap = map_shared;
      calls.xShmLock = lock_shared;
      calls.xShmBarrier = barrier;
      calls.xShmUnmap = unmap_shared;
      return calls;
    }();
    return table;
  }
};

TestDisk::TestDisk() : vfs_(std::make_unique<Vfs>()) {
  vfs_->before = sqlite3_vfs_find(nullptr);
  sqlite3_vfs& vfs = vfs_->vfs;
  vfs = *vfs_->before;  // its clock and randomness
  vfs.pNext = nullptr;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(DiskCalls::Open);
  vfs.mxPathname = 512;
  vfs.zName = "muster-test-disk";
  vfs.pAppData = this;
  vfs.xOpen = DiskCalls::open;
  vfs.xDelete = DiskCalls::remove;
  vfs.xAccess = DiskCalls::access;
  vfs.xFullPathname = DiskCalls::full_path;
  if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) throw std::runtime_error("no VFS");
}

TestDisk::~TestDisk() {
  sqlite3_vfs_unregister(&vfs_->vfs);
  sqlite3_vfs_register(vfs_->before, 1);
}

TestDisk::HostFile::HostFile(const std::string& name)
    : handle_(::open(name.c_str(), O_PATH | O_CLOEXEC)) {}

TestDisk::HostFile::~HostFile() {
  if (handle_ >= 0) ::close(handle_);
}

bool TestDisk::HostFile::is_same_as(const HostFile& other) const {
  struct stat ours {};
  struct stat theirs {};
  if (::fstat(handle_, &ours) != 0 || ::fstat(other.handle_, &theirs) != 0) return false;
  return ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

void TestDisk::forget_if_replaced(const std::string& name) {
  HostFile now(name);
  if (!now.is_there()) return;
  const auto known = host_files_.find(name);
  if (known == host_files_.end()) {
    host_files_.emplace(name, std::move(now));
    return;
  }
  if (now.is_same_as(known->second)) return;
  known->second = std::move(now);
  for (const char* ending : {"", "-wal", "-journal"}) {
    const auto file = files_.find(name + ending);
    if (file == files_.end()) continue;
    replaced_.push_back(std::move(file->second));
    files_.erase(file);
  }
  shared_memory_.erase(name);
}

void TestDisk::fail_at(std::size_t operation, DiskFault fault) {
  operations_ = 0;
  fail_at_ = operation;
  fault_ = fault;
  sync_failed_.clear();
}

TestDisk::Verdict TestDisk::next_operation(bool grows, bool syncs, DiskFile* file) {
  const std::size_t number = operations_++;
  if (number < fail_at_) return Verdict::proceed;
  switch (fault_) {
    case DiskFault::power_cut:
      // The write in hand may still reach the disk, as any other that was not synced.
      power_is_off_ = true;
      return syncs ? Verdict::fail : Verdict::proceed_and_fail;
    case DiskFault::error_once:
      return number == fail_at_ ? Verdict::fail : Verdict::proceed;
    case DiskFault::error_for_good:
      return Verdict::fail;
    case DiskFault::full:
      return grows ? Verdict::fail : Verdict::proceed;
    case DiskFault::sync_loses_data:
      if (!syncs || sync_failed_[file]) return Verdict::proceed;
      sync_failed_[file] = true;
      file->lose_unsynced();
      return Verdict::fail;
  }
  return Verdict::proceed;
}

void TestDisk::restart(Survival survival, std::uint64_t seed) {
  crypto::SeededRandom random("power cut " + std::to_string(seed));
  for (auto& [name, file] : removed_) {
    const bool comes_back =
        survival == Survival::nothing || (survival == Survival::some && random.below(2) == 0);
    if (comes_back && !files_.contains(name)) files_[name] = std::move(file);
  }
  removed_.clear();
  std::erase_if(files_, [&](const auto& entry) {
    if (entry.second->was_ever_synced()) return false;
    return survival == Survival::nothing || (survival == Survival::some && random.below(2) == 0);
  });
  for (auto& [name, file] : files_) file->settle(survival, random);
  power_is_off_ = false;
  heal();
  kill_process();
}

void TestDisk::kill_process() {
  ++generation_;
  // Dead connections still look into their memory when they are closed.
  for (auto& [name, regions] : shared_memory_) dead_memory_.push_back(std::move(regions));
  shared_memory_.clear();
  connections_.clear();
}

}  // namespace muster::test
