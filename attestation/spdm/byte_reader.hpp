#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation::spdm {

/// Takes fields from the front of a message, with errors that name field and offset. Numbers are
/// little-endian, as everywhere in SPDM. Borrows the bytes.
class ByteReader final {
 public:
  /// `base` is added to the offsets in messages.
  explicit ByteReader(ByteView bytes, std::size_t base = 0) : bytes_(bytes), base_(base) {}

  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] std::size_t offset() const { return base_ + at_; }

  /// The next `size` bytes, borrowed. Errors: `invalid_input` when there are fewer.
  Result<ByteView> take(std::string_view field, std::size_t size);
  /// A number of 1 to 4 bytes.
  Result<std::uint32_t> number(std::string_view field, std::size_t size);
  Result<std::uint8_t> byte(std::string_view field);
  /// A byte that can only be `want`.
  Result<void> expect(std::string_view field, std::uint8_t want);
  /// Errors: `invalid_input` when bytes are left.
  [[nodiscard]] Result<void> finish(std::string_view what) const;

 private:
  ByteView bytes_;
  std::size_t base_;
  std::size_t at_ = 0;
};

}  // namespace muster::attestation::spdm
