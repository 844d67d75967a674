#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/base/bytes.hpp"

namespace muster::attestation {

/// Deepest nesting of CBOR items that is followed.
inline constexpr unsigned max_cbor_depth = 16;

/// Why a strict reader stopped.
enum class CborFault : std::uint8_t {
  none,
  truncated,     ///< the bytes end inside an item
  reserved,      ///< additional information 28 to 30, or a simple value not in use
  indefinite,    ///< an indefinite length
  not_shortest,  ///< a head that has a shorter form
  key_order,     ///< map keys not in bytewise order, or one twice
  unsupported,   ///< floating point, undefined, or a simple value
  too_deep,      ///< nested more than `max_cbor_depth`
  not_utf8,      ///< a text string that is not UTF-8
  wrong_type,    ///< another type than the format has here
  wrong_value,   ///< the right type, and a value that the format does not allow
};

/// What `fault` says, for messages.
[[nodiscard]] std::string_view cbor_fault_text(CborFault fault);

/// Takes items from deterministic CBOR one by one, without building anything. The first fault
/// sticks: every later call gives zero or empty, so that callers may check once at the end.
///
/// Borrows the bytes; strings are views into them.
class CborReader final {
 public:
  explicit CborReader(ByteView bytes) : bytes_(bytes) {}

  std::uint64_t unsigned_integer() {
    // Keys and small values are one byte: most calls end here.
    if (!ok() || offset_ >= bytes_.size()) return argument_of(0);
    const std::uint8_t first = bytes_[offset_];
    if (first < 24) {
      ++offset_;
      return first;
    }
    return first <= 27 ? wide_unsigned(first) : argument_of(0);
  }
  /// An integer of 64 bits with sign. Fault: `wrong_value` outside.
  std::int64_t integer();
  ByteView byte_string() {
    // Digests: a head of two bytes, 0x58 and a size of 24 to 255.
    const std::size_t left = bytes_.size() - offset_;
    if (ok() && left > 2 && bytes_[offset_] == 0x58 && bytes_[offset_ + 1] >= 24 &&
        bytes_[offset_ + 1] <= left - 2) {
      const ByteView view = bytes_.subspan(offset_ + 2, bytes_[offset_ + 1]);
      offset_ += 2 + view.size();
      return view;
    }
    return content(argument_of(2));
  }
  std::string_view text();
  /// Count of items, or of pairs; the reader then stands before the first.
  std::uint64_t array() { return argument_of(4); }
  std::uint64_t map() { return argument_of(5); }
  std::uint64_t tag() { return argument_of(6); }
  bool boolean();
  /// What was not read yet.
  [[nodiscard]] ByteView rest() const { return bytes_.subspan(offset_); }
  /// Passes over bytes that the caller knows to be whole items. Requires: so many are left.
  void pass(std::size_t bytes) { offset_ += bytes; }
  /// Passes over one whole item of any kind, checking that it is deterministic.
  void skip() { skip_nested(0); }

  /// Notes `wrong_value` if `condition` is false: for what the format demands beyond the types.
  void require(bool condition) {
    if (!condition) fail(CborFault::wrong_value);
  }

  [[nodiscard]] CborFault fault() const { return fault_; }
  [[nodiscard]] bool ok() const { return fault_ == CborFault::none; }
  /// Where the next item begins, or where the fault is.
  [[nodiscard]] std::size_t offset() const { return offset_; }
  [[nodiscard]] bool at_end() const { return offset_ == bytes_.size(); }

 private:
  struct Head {
    std::uint8_t major = 0;
    std::uint8_t info = 0;
    std::uint64_t argument = 0;
  };
  Head head();
  std::uint64_t argument_of(std::uint8_t major);
  std::uint64_t wide_unsigned(std::uint8_t first);
  ByteView content(std::uint64_t size);
  void skip_nested(unsigned depth);
  void skip_map(std::uint64_t pairs, unsigned depth);
  void fail(CborFault fault) {
    if (fault_ == CborFault::none) fault_ = fault;
  }

  ByteView bytes_;
  std::size_t offset_ = 0;
  CborFault fault_ = CborFault::none;
};

/// Size of the first item of `bytes` if it is well-formed CBOR, deterministic or not: where to go
/// on after an item that a strict reader refused. Nothing if no item ends within `bytes`.
/// Source: RFC 8949 appendix C.
[[nodiscard]] std::optional<std::size_t> well_formed_size(ByteView bytes);

}  // namespace muster::attestation
