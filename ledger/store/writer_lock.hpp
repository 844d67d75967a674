#pragma once

#include <filesystem>

#include "ledger/base/error.hpp"

namespace muster::ledger {

/// The right to write one log, for as long as this object lives. Advisory: writers queue on it, so
/// that they seldom meet a `conflict`; who ignores it is still stopped by the compare-and-swap.
/// Held by the kernel, so a killed process leaves nothing behind.
class WriterLock final {
 public:
  /// Locks `<log>.lock`, which is made when missing and never removed.
  /// Errors: `unavailable` after `timeout_ms`, or where the file cannot be made.
  static Result<WriterLock> acquire(const std::filesystem::path& log, int timeout_ms = 5'000);

  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();

 private:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace muster::ledger
