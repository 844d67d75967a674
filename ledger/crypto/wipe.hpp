#pragma once

#include <cstddef>

namespace muster::crypto {

/// Overwrites `size` bytes at `data` in a way that no compiler leaves away.
void wipe(void* data, std::size_t size);

/// Wipes a buffer (text or bytes) that held a secret when the block ends. Borrows it.
template <class Buffer>
class Wiped final {
 public:
  explicit Wiped(Buffer& buffer) : buffer_(buffer) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipe(buffer_.data(), buffer_.size()); }

 private:
  Buffer& buffer_;
};

}  // namespace muster::crypto
