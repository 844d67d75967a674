#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <memory_resource>
#include <vector>

#include "ledger/base/error.hpp"

namespace muster::registry {

/// Memory for a state that may be larger than what the process is to hold: the first
/// `heap_bytes` are ordinary memory; what comes after lies in a file that has no name, mapped, so
/// that the system keeps what is in use at hand and the rest on the disk. The file ends with this
/// object, and with the process in any case.
///
/// Not thread-safe. When the disk is full, an allocation throws std::bad_alloc.
class ScratchMemory final : public std::pmr::memory_resource {
 public:
  /// `folder` should lie on a disk: in a file system that is itself memory nothing is won.
  /// Errors: `unavailable` if no file can be made there.
  static Result<std::unique_ptr<ScratchMemory>> make(const std::filesystem::path& folder,
                                                     std::size_t heap_bytes);
  /// Makes the file when the first byte goes there. Where it cannot be made, all memory is
  /// ordinary.
  static std::unique_ptr<ScratchMemory> when_needed(std::filesystem::path folder,
                                                    std::size_t heap_bytes);
  ScratchMemory(const ScratchMemory&) = delete;
  ScratchMemory& operator=(const ScratchMemory&) = delete;
  ~ScratchMemory() override;

  /// Bytes that lie in the file.
  [[nodiscard]] std::uint64_t spilled_bytes() const { return spilled_; }

  /// Takes everything in the file out of the process's memory; what is touched again comes back.
  void release() const;

 private:
  struct Block {
    void* start;
    std::size_t bytes;
    std::uint64_t offset;
  };

  ScratchMemory(std::filesystem::path folder, std::size_t heap_bytes)
      : folder_(std::move(folder)), heap_most_(heap_bytes) {}
  Result<void> make_file();
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* start, std::size_t bytes, std::size_t alignment) override;
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
  void* map_more(std::size_t bytes);

  std::filesystem::path folder_;
  std::size_t heap_most_;
  int file_ = -1;              // none yet
  std::size_t heap_ = 0;       // bytes of ordinary memory in use
  std::uint64_t end_ = 0;      // of the file
  std::uint64_t spilled_ = 0;  // in use
  std::vector<Block> blocks_;  // by rising start
};

/// What the process holds in memory now, in bytes; 0 where the system does not say.
[[nodiscard]] std::uint64_t resident_bytes();

}  // namespace muster::registry
