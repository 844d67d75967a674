#include "registry/state/scratch_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>

namespace muster::registry {
namespace {

namespace fs = std::filesystem;

/// Smaller ones are not worth a mapping of their own, of which a process has some 65,000.
constexpr std::size_t least_mapping = std::size_t{1} << 18U;

std::size_t page_bytes() {
  static const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + page_bytes() - 1) / page_bytes() * page_bytes();
}

}  // namespace

Result<std::unique_ptr<ScratchMemory>> ScratchMemory::make(const fs::path& folder,
                                                           std::size_t heap_bytes) {
  auto made = when_needed(folder, heap_bytes);
  MUSTER_TRY(made->make_file());
  return made;
}

std::unique_ptr<ScratchMemory> ScratchMemory::when_needed(fs::path folder, std::size_t heap_bytes) {
  return std::unique_ptr<ScratchMemory>(new ScratchMemory(std::move(folder), heap_bytes));
}

Result<void> ScratchMemory::make_file() {
  std::string path = (folder_ / "muster-XXXXXX").string();
  file_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (file_ < 0) {
    return failure(Errc::unavailable, "making a scratch file in " + folder_.string() + ": " +
                                          std::generic_category().message(errno));
  }
  ::unlink(path.c_str());
  return {};
}

ScratchMemory::~ScratchMemory() {
  for (const Block& block : blocks_) ::munmap(block.start, block.bytes);
  if (file_ >= 0) ::close(file_);
}

void* ScratchMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  const bool on_heap = bytes < least_mapping || heap_ + bytes <= heap_most_ ||
                       (file_ < 0 && !make_file().has_value());
  void* const start =
      on_heap ? std::pmr::new_delete_resource()->allocate(bytes, alignment) : map_more(bytes);
  if (on_heap) heap_ += bytes;
  return start;
}

/// A new block at the end of the file. The room is claimed before it is used: to find the disk full
/// at the first touch would end the process.
void* ScratchMemory::map_more(std::size_t bytes) {
  const std::size_t whole = whole_pages(bytes);
  const bool claimed =
      ::posix_fallocate(file_, static_cast<off_t>(end_), static_cast<off_t>(whole)) == 0;
  void* const start = claimed ? ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file_,
                                       static_cast<off_t>(end_))
                              : MAP_FAILED;
  if (start == MAP_FAILED) return std::pmr::null_memory_resource()->allocate(bytes);
  const Block block{start, whole, end_};
  blocks_.insert(std::ranges::upper_bound(blocks_, start, {}, &Block::start), block);
  end_ += whole;
  spilled_ += whole;
  return start;
}

void ScratchMemory::do_deallocate(void* start, std::size_t bytes, std::size_t alignment) {
  const auto block = std::ranges::lower_bound(blocks_, start, {}, &Block::start);
  if (block == blocks_.end() || block->start != start) {
    heap_ -= bytes;
    return std::pmr::new_delete_resource()->deallocate(start, bytes, alignment);
  }
  ::munmap(block->start, block->bytes);
  // Best effort: a file system that cannot give room back keeps it until the file ends.
  static_cast<void>(::fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                static_cast<off_t>(block->offset),
                                static_cast<off_t>(block->bytes)));
  spilled_ -= block->bytes;
  blocks_.erase(block);
}

void ScratchMemory::release() const {
  for (const Block& block : blocks_) ::madvise(block.start, block.bytes, MADV_DONTNEED);
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t all_pages = 0;
  std::uint64_t resident_pages = 0;
  file >> all_pages >> resident_pages;
  return file ? resident_pages * page_bytes() : 0;
}

}  // namespace muster::registry
